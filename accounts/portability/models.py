from collections import Counter
from copy import copy
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models

from accounts.autosave.models import Draft
from accounts.models import Account
from accounts.portability.file_format import FileContents, FileEntry, SkippedEntry
from accounts.portability.importing import Outcome, ReportLine, import_entries, import_settings
from accounts.portability.schema import NotExported, register
from accounts.vault.fields import SealedJSONField
from accounts.vault.models import PrivateModel


class ImportFile(PrivateModel):
    """An uploaded file: previewed first, then applied or not. Deleted after an hour."""

    LIFETIME: ClassVar = timedelta(hours=1)
    # Entries previewed at a time: about a second of work.
    PREVIEW_BATCH: ClassVar = 1000
    # Lines of the report that are shown. All of them are in a file (docs/security.md, R81).
    MAX_SHOWN_LINES: ClassVar = 200

    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    # How many entries the file has, and how many of them have been previewed.
    entries = models.PositiveIntegerField()
    previewed = models.PositiveIntegerField(default=0)
    contents = SealedJSONField(default=dict)
    # What applying it would do, or has done (accounts.portability.importing.ReportLine).
    report = SealedJSONField(default=list)
    # What its page shows of both, so that the page need not read them (`_summarise`).
    summary = SealedJSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account"], name="importfile_one_at_a_time")]

    def __str__(self) -> str:
        return self.uploaded_at.isoformat()

    @classmethod
    def upload(cls, account: Account, contents: FileContents, *, at: datetime) -> "ImportFile":
        """Store `contents` in place of an earlier upload, and preview the first batch."""
        fresh: dict[str, Any] = {"uploaded_at": at, "applied_at": None, "entries": len(contents.entries), "previewed": 0, "report": []}
        fresh |= {"contents": asdict(contents), "summary": {}}
        # Updated, not deleted and created: two uploads at once would collide.
        file, _created = cls.objects.update_or_create(account=account, defaults=fresh)
        file.preview(at=at)
        return file

    @classmethod
    def delete_expired(cls, account: Account, *, at: datetime) -> None:
        account.importfiles.filter(uploaded_at__lte=at - cls.LIFETIME).delete()

    @classmethod
    def encrypted_text(cls, account: Account, model: type[PrivateModel], *, at: datetime) -> str:
        """What the uploaded file has of `model`, behind its own lock; empty without a file, or if it has nothing."""
        file = account.importfiles.filter(uploaded_at__gt=at - cls.LIFETIME).first()
        contents = file.contents if file and isinstance(file.contents, dict) else {}
        return str(contents.get("encrypted", {}).get(model._meta.model_name, ""))

    @property
    def is_previewed(self) -> bool:
        return self.previewed >= self.entries

    def preview(self, *, at: datetime) -> None:
        """Find out for the next batch what applying it would do, and write nothing but that."""
        account = copy(self.account)
        head = self._import_head(account, write=False)
        batch = self._entries[self.previewed : self.previewed + self.PREVIEW_BATCH]
        lines = [] if self.previewed else head
        lines += import_entries(account, batch, overwrite=False, at=at, write=False, added=self._added_before(len(head)))
        self.report = [*self.report, *(line.plain() for line in lines)]
        self.previewed += len(batch)
        self._summarise()
        self.save(update_fields=["report", "summary", "previewed"])

    def _added_before(self, head: int) -> Counter[str]:
        """How many entries of each model those that were previewed would add; the first `head` lines of the report are about no entry."""
        previewed = zip(self._entries[: self.previewed], self.report[head:], strict=False)
        return Counter(entry.model for entry, line in previewed if line["outcome"] == Outcome.ADDED)

    def apply(self, *, overwrite: bool, at: datetime) -> None:
        """Import the file, and keep the report instead of it. A second time changes nothing.

        `overwrite`: where the account has other words, those of the file count. Whatever is raised, nothing was written.
        """
        locked = self.account.importfiles.select_for_update().get(pk=self.pk)
        if locked.applied_at:
            return
        # Settings come first: they decide what day it is, and it is the same day when the file is imported again.
        lines = self._import_head(self.account, overwrite=overwrite, write=True)
        lines += import_entries(self.account, self._entries, overwrite=overwrite, at=at, write=True)
        self.report, self.applied_at = [line.plain() for line in lines], at
        # Text with a lock of its own is imported later, with its passphrase.
        self.contents = {"encrypted": self.contents.get("encrypted", {})}
        self._summarise()
        self.save(update_fields=["report", "summary", "contents", "applied_at"])

    def _import_head(self, account: Account, *, overwrite: bool = False, write: bool) -> list[ReportLine]:
        """The lines before the entries: settings, which `account` has from now on, and what cannot be imported at all."""
        skipped = [ReportLine.of_skipped(SkippedEntry(**each)) for each in self.contents["skipped"]]
        return import_settings(account, self.contents["settings"], overwrite=overwrite, write=write) + skipped

    @property
    def _entries(self) -> list[FileEntry]:
        return [FileEntry(**entry) for entry in self.contents["entries"]]

    def _summarise(self) -> None:
        """Count the lines of the report, and choose those that are shown: first what was left out, then what was changed."""
        by_outcome: dict[str, list[dict[str, Any]]] = {each.value: [] for each in Outcome}
        for line in self.report:
            by_outcome[line["outcome"]].append(line)
        room, shown = self.MAX_SHOWN_LINES, dict[str, list[dict[str, Any]]]()
        for outcome in (Outcome.SKIPPED, Outcome.MERGED, Outcome.ADDED, Outcome.UNCHANGED):
            shown[outcome.value] = by_outcome[outcome][:room]
            room -= len(shown[outcome.value])
        self.summary = {
            "counts": {outcome: len(lines) for outcome, lines in by_outcome.items()},
            "shown": shown,
            "differing": sum("differing" in line for line in self.report),
            "encrypted": bool(self.contents.get("encrypted")),
        }

    @property
    def outcomes(self) -> list[tuple[str, int, list[dict[str, Any]]]]:
        """Each outcome in words, how many lines of the report have it, and those of them that are shown; none without lines."""
        counts, shown = self.summary.get("counts", {}), self.summary.get("shown", {})
        return [(str(each.label), counts[each], shown[each]) for each in Outcome if counts.get(each)]

    @property
    def hidden_lines(self) -> int:
        """How many lines of the report its page does not show."""
        return sum(count - len(lines) for _label, count, lines in self.outcomes)

    def report_text(self) -> str:
        """The whole report, a line for each entry of the file."""
        labels = {each.value: str(each.label) for each in Outcome}
        text = []
        for line in self.report:
            about = [line[name] for name in ("area", "where", "what") if name in line]
            more = [", ".join(line[name]) for name in ("filled", "differing") if name in line] + [line.get("why", "")]
            text.append(". ".join(filter(None, (f"{labels[line['outcome']]}: {', '.join(about)}", *more))))
        return "".join(f"{line}\n" for line in text)

    @property
    def has_encrypted(self) -> bool:
        """Whether it may hold a private plan."""
        return bool(self.summary.get("encrypted"))

    @property
    def differing(self) -> int:
        """In how many lines the account has other words."""
        return int(self.summary.get("differing", 0))

    @property
    def has_skipped(self) -> bool:
        """Whether something in it cannot be imported."""
        return bool(self.summary.get("counts", {}).get(Outcome.SKIPPED))

    @property
    def changes(self) -> bool:
        """Whether applying it changes anything, with either choice of words."""
        counts = self.summary.get("counts", {})
        return bool(counts.get(Outcome.ADDED) or counts.get(Outcome.MERGED) or self.differing)


register(Draft, ImportFile)(NotExported)
