from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from accounts.checks import refuse_without_tables
from guide import content, library, notation, passages, search
from guide.models import Part, Passage


class Command(BaseCommand):
    help = "Load the guide's text from guide/content/ into the database. Safe to repeat; what is gone from the files is deleted."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_without_tables()
        try:
            readings = {language: library.read_files(language) for language in content.languages()}
        except notation.NotationError as error:
            raise CommandError(str(error)) from error
        with transaction.atomic():
            with connection.cursor() as cursor:
                # If two machines do this at once, the second waits. Readers do not.
                cursor.execute("LOCK TABLE guide_part IN EXCLUSIVE MODE")
            Part.objects.exclude(language__in=readings).delete()
            Passage.objects.exclude(language__in=readings).delete()
            counts = [Part.objects.synchronise(language, parts) for language, parts in readings.items()]
            for language in readings:
                with content.speaking(language):
                    found = [passage for part in Part.objects.filter(language=language) for passage in passages.of(part)]
                    found += passages.of_pages(language)
                Passage.objects.synchronise(language, found, search.configuration(language))
        library.forget()
        changed, removed = (sum(column) for column in zip(*counts, strict=True))
        self.stdout.write(f"{sum(map(len, readings.values()))} parts, {changed} changed, {removed} deleted.")
