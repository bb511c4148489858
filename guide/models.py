import json
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.vault.models import Area, ReadableModel
from guide.notation import LABELS, Block, Note, Reading
from guide.supporters.models import Supporter

__all__ = ["Part", "PartRead", "Passage", "Supporter"]


class PartQuerySet(models.QuerySet["Part"]):
    def synchronise(self, language: str, readings: list[Reading]) -> tuple[int, int]:
        """Make the table hold exactly `readings` in that language; returns how many parts were written and how many taken out."""
        ours = self.filter(language=language)
        parts = [Part.columns(reading, language) for reading in readings]
        editions = dict(ours.values_list("slug", "edition"))
        changed = [part for part in parts if editions.get(part["slug"]) != part["edition"]]
        removed, _details = ours.exclude(slug__in=[part["slug"] for part in parts]).delete()
        # Parts may have changed places: clear theirs before they are taken anew.
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
    def evidence(self) -> list[Note]:
        """The evidence notes, in the order in which they stand."""
        return [Note.from_json(note) for note in self.notes]

    def note(self, id: str) -> Note:
        """The evidence note of that id; raises KeyError if it does not stand in this part."""
        return {note.id: note for note in self.evidence}[id]

    @staticmethod
    def columns(reading: Reading, language: str) -> dict[str, Any]:
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
    # The part is named, not pointed to, as in PartRead.
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


class PartReadQuerySet(models.QuerySet["PartRead"]):
    def open(self, account: Account, slug: str, *, at: datetime) -> None:
        """Remember that `account` opened the part at `at`. Where reading stopped stays as it was."""
        PartRead.objects.bulk_create(
            [PartRead(account=account, part=slug, read_at=at)],
            update_conflicts=True,
            unique_fields=["account", "part"],
            update_fields=["read_at"],
        )

    def of(self, slug: str) -> "PartRead | None":
        return self.filter(part=slug).first()

    def stop(self, slug: str, position: str) -> None:
        """Remember where reading of the part stopped. What was read to its end stays read, unless it is said that it was not."""
        opened = self.filter(part=slug)
        (opened.exclude(position=PartRead.END) if position else opened).update(position=position)


class PartRead(ReadableModel):
    """That somebody opened a part, when last, and where they stopped.

    The part is named, not pointed to: parts come and go with the files.
    """

    # No heading bears this anchor: it stands below the last of a part.
    END = "end"

    part = models.SlugField(db_index=False)
    read_at = models.DateTimeField()
    # The anchor where reading stopped, "" at the beginning.
    position = models.SlugField(blank=True, db_index=False)

    objects = PartReadQuerySet.as_manager()

    area = Area.READING
    labels: ClassVar = {"read_at": _("Read last"), "position": _("Stopped at")}

    class Meta:
        verbose_name = _("part read")
        constraints = [models.UniqueConstraint(fields=["account", "part"], name="partread_once_per_part")]

    def __str__(self) -> str:
        return self.part

    @property
    def heading(self) -> str:
        return self.part.capitalize()

    def display(self, name: str) -> str:
        return gettext("the end") if name == "position" and self.to_its_end else super().display(name)

    @property
    def to_its_end(self) -> bool:
        return self.position == self.END
