import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.autosave.models import VersionedModel
from accounts.models import Account
from accounts.vault.fields import SealedTextField
from accounts.vault.models import Area
from guide.content import ContentTable


@dataclass(frozen=True)
class SupportKind:
    key: str
    name: str


# The article's four kinds of support, and `OTHER` for anyone who fits none of them.
KINDS = ContentTable("supporters", "kind", SupportKind)
FRIEND = "friend"
OTHER = "other"


class Supporter(VersionedModel):
    """A person one could turn to: who, the key of their kind (`KINDS`), and how to reach them without being noticed."""

    # Made with the form, so that one form sent twice is one person.
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    who = SealedTextField(default="")
    kind = SealedTextField(default="")
    reach = SealedTextField(default="")

    WORDS: ClassVar = ("who", "kind", "reach")
    area = Area.SUPPORT
    max_rows = 100
    full_words = _("There are %(most)d people on your map, which is the limit. Take one off that you no longer need, then add this one.")
    labels: ClassVar = {"kind": _("Kind"), "reach": _("How to reach them")}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="supporter_once_each")]

    def __str__(self) -> str:
        return str(self.key)

    def get_absolute_url(self) -> str:
        return reverse("guide:supporter", args=[self.pk])

    @property
    def heading(self) -> str:
        return str(self.who)

    def display(self, name: str) -> str:
        return KINDS[self.kind].name if name == "kind" and self.kind in KINDS else super().display(name)

    @classmethod
    def write(
        cls, account: Account, key: uuid.UUID, words: dict[str, Any], *, version: int | None, at: datetime, **client: Any
    ) -> "Supporter":
        """Store `words`, by field name, as the person that `key` names. Raises Conflict as `save_versioned` does."""
        return cls.save_versioned(account, {"key": key}, words, version=version, at=at, **client)
