"""What somebody is typing into a form that is sent by its button (static/js/draft.js; docs/security.md, R34)."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from accounts.autosave.versions import SavedByPage
from accounts.models import Account
from accounts.vault.fields import SealedJSONField
from accounts.vault.models import PrivateModel


class Draft(SavedByPage, PrivateModel):
    """It stands here until they send it, for a week. A row without words stays then, so that what comes late brings nothing back."""

    FOR: ClassVar = timedelta(days=7)

    # The address of the page that the form stands on.
    place = models.CharField(max_length=200)
    # By the name of its field, each text or choice.
    words = SealedJSONField(default=dict)
    written_at = models.DateTimeField()

    MOVES = False

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "place"], name="draft_one_per_place")]

    def __str__(self) -> str:
        return self.place

    @classmethod
    def keep(cls, account: Account, place: str, words: dict[str, list[str]], *, at: datetime, writer: str = "", turn: int = 0) -> None:
        """Store what stands in the form now; nothing does once it is sent. An earlier save of the page that saved last changes nothing."""
        words = words if any(text.strip() for texts in words.values() for text in texts) else {}
        written = {"words": words, "written_at": at, "writer": writer, "turn": turn}
        draft, is_new = cls.objects.select_for_update().get_or_create(account=account, place=place, defaults=written)
        if not is_new and not draft.came_late(writer, turn):
            for name, value in written.items():
                setattr(draft, name, value)
            draft.save(update_fields=written)

    @classmethod
    def of(cls, account: Account, place: str, *, at: datetime) -> dict[str, list[str]]:
        """What was typed into the form at `place` and not sent; empty if nothing was, or it cannot be read."""
        draft = account.drafts.filter(place=place, written_at__gt=at - cls.FOR).first()
        return draft.words if draft and isinstance(draft.words, dict) else {}

    @classmethod
    def forget(cls, account: Account, *, at: datetime) -> None:
        account.drafts.filter(written_at__lte=at - cls.FOR).delete()
