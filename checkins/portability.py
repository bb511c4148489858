"""How check-ins and pauses are exported and imported (`accounts.portability.schema`)."""

from datetime import datetime

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.local_day import latest_day
from accounts.portability.file_format import FileEntry, SkippedEntry
from accounts.portability.schema import NotExported, ReadableLines, Schema, register
from checkins import daylio
from checkins.models import CheckIn, DeletedDays, Pause


@register(CheckIn)
class CheckInSchema(Schema):
    merge_ignored = ("zone",)
    merge_groups = (("action", "plan_when", "plan_will", "outcome"),)
    interchangeable = (CheckIn.GRATITUDES, CheckIn.EMOTIONS)
    appendable = ("note",)
    columns = ("day", *CheckIn.labels)

    def readable_lines(self, row: CheckIn) -> ReadableLines:
        """A day as one would tell it: what one felt, was glad of and meant to do, and what became of it."""
        words = [feeling.words.lower() if feeling.emotion else feeling.words for feeling in row.feelings]
        felt = _("I felt %(feelings)s.") % {"feelings": get_text_list(words, _("and"))} if words else ""
        meant = "\n".join(filter(None, (row.action, row.plan, row.outcome_text or row.outcome)))
        told = [
            ("", felt),
            (_("I was glad of"), "\n".join(row.gratitudes)),
            (_("I meant to do"), meant),
            ("", _("That was enough for the day.") if row.enough == "yes" else row.enough),
            (self.label("note"), row.note),
        ]
        return [(label, text) for label, text in told if text]

    def import_error(self, row: CheckIn, at: datetime) -> str:
        # A day that was written in another zone, or under another start of the day, can be tomorrow's here (docs/security.md, R87).
        return _("This day has not come yet.") if row.day > latest_day(at) else ""

    def fill_import_defaults(self, row: CheckIn, *, at: datetime) -> None:
        super().fill_import_defaults(row, at=at)
        row.zone = row.zone or row.account.zone.key

    def parse_other_app(self, text: str) -> tuple[list[FileEntry], list[SkippedEntry]] | None:
        return daylio.read(text)


register(DeletedDays)(NotExported)


@register(Pause)
class PauseSchema(Schema):
    def import_error(self, row: Pause, at: datetime) -> str:
        return _("It ends before it begins.") if row.last < row.first else ""
