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

    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    # How many entries the file has, and how many of them have been previewed.
    entries = models.PositiveIntegerField()
    previewed = models.PositiveIntegerField(default=0)
    contents = SealedJSONField(default=dict)
    # What applying it would do, or has done (accounts.portability.importing.ReportLine).
    report = SealedJSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account"], name="importfile_one_at_a_time")]

    def __str__(self) -> str:
        return self.uploaded_at.isoformat()

    @classmethod
    def upload(cls, account: Account, contents: FileContents, *, at: datetime) -> "ImportFile":
        """Store `contents` in place of an earlier upload, and preview the first batch."""
        fresh: dict[str, Any] = {"uploaded_at": at, "applied_at": None, "entries": len(contents.entries), "previewed": 0, "report": []}
        fresh["contents"] = asdict(contents)
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
        lines = ([] if self.previewed else head) + import_entries(account, batch, overwrite=False, at=at, write=False)
        self.report = [*self.report, *(line.plain() for line in lines)]
        self.previewed += len(batch)
        self.save(update_fields=["report", "previewed"])

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
        self.save(update_fields=["report", "contents", "applied_at"])

    def _import_head(self, account: Account, *, overwrite: bool = False, write: bool) -> list[ReportLine]:
        """The lines before the entries: settings, which `account` has from now on, and what cannot be imported at all."""
        skipped = [ReportLine.of_skipped(SkippedEntry(**each)) for each in self.contents["skipped"]]
        return import_settings(account, self.contents["settings"], overwrite=overwrite, write=write) + skipped

    @property
    def _entries(self) -> list[FileEntry]:
        return [FileEntry(**entry) for entry in self.contents["entries"]]

    @property
    def outcomes(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Each outcome in words, with its lines of the report; none without lines."""
        by_outcome = [(str(each.label), [line for line in self.report if line["outcome"] == each]) for each in Outcome]
        return [(label, lines) for label, lines in by_outcome if lines]

    @property
    def differing(self) -> int:
        """In how many lines the account has other words."""
        return sum("differing" in line for line in self.report)

    @property
    def changes(self) -> bool:
        """Whether applying it changes anything, with either choice of words."""
        return any(line["outcome"] in (Outcome.ADDED, Outcome.MERGED) or "differing" in line for line in self.report)


register(Draft, ImportFile)(NotExported)
