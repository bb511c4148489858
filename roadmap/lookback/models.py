from typing import ClassVar

from django.db import models

from accounts.fields import SealedTextField
from accounts.versions import VersionedModel


class LookBack(VersionedModel):
    """What somebody wrote while looking back: the first time, the second. Open until it is closed with a new date or an end."""

    round = models.PositiveSmallIntegerField()
    # The days it looks at: from the start of the roadmap or the last time, to the day on which it was closed.
    since = models.DateField()
    closed_on = models.DateField(null=True)

    # What the person had written they would need to see, as it stood when this was closed.
    needed = SealedTextField(default="")
    now = SealedTextField(default="")
    need_stay = SealedTextField(default="")
    need_part = SealedTextField(default="")
    need_effort = SealedTextField(default="")
    next_step = SealedTextField(default="")
    # A day as YYYY-MM-DD, or empty.
    by = SealedTextField(default="")
    who_helps = SealedTextField(default="")

    WORDS: ClassVar = ("needed", "now", "need_stay", "need_part", "need_effort", "next_step", "by", "who_helps")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "round"], name="lookback_once_each")]

    def __str__(self) -> str:
        return str(self.round)
