from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from guide import library, notation
from guide.models import Part


class Command(BaseCommand):
    help = "Bring the guide's text from guide/content/ into the database. Safe to repeat; what is gone from the files is taken out."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            readings = library.read_files()
        except notation.NotationError as error:
            raise CommandError(str(error)) from error
        with transaction.atomic():
            changed, removed = Part.objects.synchronise(readings)
        library.forget()
        self.stdout.write(f"{len(readings)} parts, {changed} changed, {removed} taken out.")
