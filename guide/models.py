import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.compiled import CompiledQuery
from accounts.models import Account
from accounts.vault.fields import SealedJSONField, Unreadable
from accounts.vault.models import Area, ReadableModel
from guide import notation
from guide.notation import LABELS, Block, Note
from guide.supporters.models import Supporter

__all__ = ["Part", "PartRead", "Passage", "Reading", "Supporter"]


class PartQuerySet(models.QuerySet["Part"]):
    def synchronise(self, language: str, readings: list[notation.PartFile]) -> tuple[int, int]:
        """Make the table hold exactly `readings` in that language; returns how many parts were written and how many deleted."""
        ours = self.filter(language=language)
        parts = [Part.columns(reading, language) for reading in readings]
        editions = dict(ours.values_list("slug", "edition"))
        changed = [part for part in parts if editions.get(part["slug"]) != part["edition"]]
        removed, _details = ours.exclude(slug__in=[part["slug"] for part in parts]).delete()
        # Parts may have swapped positions: clear the positions before setting them again.
        ours.filter(slug__in=[part["slug"] for part in changed]).update(order=-models.F("order"))
        for part in changed:
            self.update_or_create(language=language, slug=part["slug"], defaults=part)
        return len(changed), removed


class Part(models.Model):
    """One part of the guide in one language, rendered. The files under `guide/content/` are where it is written."""

    language = models.CharField(max_length=10)
    slug = models.SlugField(db_index=False)
    order = models.SmallIntegerField()
    title = models.CharField(max_length=100)
    heading = models.CharField(max_length=200)
    about = models.TextField()
    lead = models.TextField()
    content = models.JSONField()
    minutes = models.PositiveSmallIntegerField()
    headings = models.JSONField()
    notes = models.JSONField()
    edition = models.CharField(max_length=64)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["language", "order"]
        constraints = [
            models.UniqueConstraint(fields=["language", "slug"], name="part_once_in_a_language"),
            models.UniqueConstraint(fields=["language", "order"], name="part_in_a_place_of_its_own"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("guide:part", args=[self.slug])

    @cached_property
    def blocks(self) -> list[Block]:
        """The text, block by block."""
        return [Block.from_json(block) for block in self.content]

    @cached_property
    def minutes_from(self) -> dict[str, int]:
        """How long it takes to read from each heading, by its anchor, to the end; at least one."""
        text = "".join(block.html for block in self.blocks if block.kind in notation.RUNNING)
        rests = {heading["id"]: text.partition(f'id="{heading["id"]}"')[2] for heading in self.headings}
        return {anchor: max(1, round(len(strip_tags(rest).split()) / notation.WORDS_A_MINUTE)) for anchor, rest in rests.items()}

    @cached_property
    def evidence(self) -> list[Note]:
        """The evidence notes, in the order of the text."""
        return [Note.from_json(note) for note in self.notes]

    def note(self, id: str) -> Note:
        """The evidence note of that id; raises KeyError if it is not in this part."""
        return {note.id: note for note in self.evidence}[id]

    @staticmethod
    def columns(reading: notation.PartFile, language: str) -> dict[str, Any]:
        """What is stored of a file that was read. `edition` is a digest of all of it, so it changes with the rendering as well."""
        names = ["slug", "order", "title", "heading", "about", "lead", "minutes"]
        columns = {"language": language} | {name: getattr(reading, name) for name in names}
        columns["content"] = [block.to_json() for block in reading.blocks]
        columns["headings"] = [asdict(heading) for heading in reading.headings]
        columns["notes"] = [note.to_json() for note in reading.notes]
        return columns | {"edition": sha256(json.dumps(columns).encode()).hexdigest()}


class PassageQuerySet(models.QuerySet["Passage"]):
    def synchronise(self, language: str, passages: list["Passage"], config: str) -> None:
        """Make the table hold exactly `passages` in that language, indexed by PostgreSQL's text search configuration `config`."""
        ours = self.filter(language=language)
        ours.delete()
        Passage.objects.bulk_create(passages)
        # Headings weigh most; what an evidence note says weighs least, with its own heading little more.
        for which, heading, text in ((ours.exclude(kind__in=LABELS), "A", "B"), (ours.filter(kind__in=LABELS), "C", "D")):
            which.update(
                search=SearchVector("heading", weight=heading, config=config) + SearchVector("text", weight=text, config=config),
                words=SearchVector("heading", "text", config="simple"),
            )


class Passage(models.Model):
    """What search looks through: the words under one heading or in one evidence note, and the anchor that leads to them."""

    language = models.CharField(max_length=10)
    # The part is named, not pointed to, as in Reading.
    part = models.SlugField(db_index=False)
    order = models.SmallIntegerField()
    # "" is the beginning of the part.
    anchor = models.CharField(max_length=60, blank=True)
    # The kind of an evidence note, "page" for a page that is not a part, "" for a passage of the text.
    kind = models.CharField(max_length=10, blank=True)
    heading = models.CharField(max_length=200)
    text = models.TextField()
    search = SearchVectorField(null=True)
    # The words as they are written, which search takes slips for.
    words = SearchVectorField(null=True)

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["language", "part", "order"]
        constraints = [models.UniqueConstraint(fields=["language", "part", "anchor"], name="passage_once_each")]
        indexes = [GinIndex(fields=["search"], name="passage_search")]

    def __str__(self) -> str:
        return self.heading


@dataclass(frozen=True)
class PartRead:
    """That a part was opened, when last, and where reading stopped: the anchor of a heading, "" at the beginning, or END.

    The part is named, not pointed to: parts come and go with the files.
    """

    # No heading has this anchor: it is below the last of a part.
    END: ClassVar = "end"

    part: str
    read_at: datetime
    position: str = ""

    @property
    def to_its_end(self) -> bool:
        return self.position == self.END

    @property
    def heading(self) -> str:
        return self.part.capitalize()

    def lines(self) -> list[tuple[str, str]]:
        """Label and words of what is known of it."""
        stopped = gettext("the end") if self.to_its_end else self.position
        return [(gettext("Read last"), date_format(self.read_at, "j F Y")), *([(gettext("Stopped at"), stopped)] if stopped else [])]

    def clean(self) -> None:
        """Nothing beyond its fields."""


# For how long after it was opened a part counts as open.
STILL_OPEN = timedelta(minutes=10)


class Reading(ReadableModel):
    """What an account has read. One row from the first day, always of the same size, so that a copy does not tell what was read."""

    # By the slug of a part: when it was last opened, as text, and where reading stopped.
    parts = SealedJSONField(default=dict, step=2048, hides_empty=True)

    area = Area.READING
    labels: ClassVar = {"parts": _("Read")}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account"], name="reading_one_each")]

    def __str__(self) -> str:
        return "reading"

    @classmethod
    def create_defaults(cls, account: Account) -> None:
        """The unused row that every account starts with."""
        Reading.objects.bulk_create([Reading(account=account)], ignore_conflicts=True)

    @classmethod
    def reseal(cls, account: Account) -> None:
        cls.rewrite_rows([reading for reading in account.readings.select_for_update() if isinstance(reading.parts, dict)])

    @classmethod
    def of(cls, account: Account, *, to_write: bool = False) -> "Reading":
        """What the account has read; `to_write` locks it until the transaction ends."""
        ask = _reading_to_write if to_write else _reading
        found = ask(account.pk, owner=account)
        if not found:
            # Just replaced (`reseal`), or the account is older than these rows.
            cls.create_defaults(account)
            found = ask(account.pk, owner=account)
        return found[0]

    @classmethod
    def open(cls, account: Account, slug: str, *, at: datetime) -> PartRead:
        """Remember that the part was opened at `at`; returns what is known of it. Where reading stopped stays as it was.

        Opened again within a few minutes, with no other part in between, it is still open, and nothing is written.
        """
        reading = cls.of(account, to_write=True)
        reads = reading.reads
        before = next((read for read in reads if read.part == slug), None)
        if before and before.read_at <= at < before.read_at + STILL_OPEN and all(read.read_at <= before.read_at for read in reads):
            return before
        now = replace(before, read_at=at) if before else PartRead(slug, at)
        reading.keep([now])
        return now

    @classmethod
    def stop(cls, account: Account, slug: str, position: str) -> None:
        """Remember where reading of an opened part stopped. What was read to its end stays read, unless `position` is empty."""
        reading = cls.of(account, to_write=True)
        read = reading.part(slug)
        if read and not (read.to_its_end and position):
            reading.keep([replace(read, position=position)])

    def keep(self, reads: Iterable[PartRead]) -> None:
        """Store these in place of what was known of their parts. What cannot be read stays as it is."""
        if not isinstance(self.parts, Unreadable):
            self.parts = self.parts | {read.part: [read.read_at.isoformat(), read.position] for read in reads}
            self.save()

    @property
    def reads(self) -> list[PartRead]:
        """Each part that was opened; none while that cannot be read."""
        return reads_in(self.parts)

    def part(self, slug: str) -> PartRead | None:
        return next((read for read in self.reads if read.part == slug), None)


_reading = CompiledQuery(lambda account_id: Reading.objects.filter(account_id=account_id), UUID(int=1))
_reading_to_write = CompiledQuery(lambda account_id: Reading.objects.filter(account_id=account_id).select_for_update(), UUID(int=1))


def reads_in(parts: dict[str, list[str]] | Unreadable | None) -> list[PartRead]:
    """What `Reading.parts` holds."""
    held = parts if isinstance(parts, dict) else {}
    return [PartRead(slug, datetime.fromisoformat(read_at), position) for slug, (read_at, position) in held.items()]
