import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.autosave.versions import VersionedModel
from accounts.models import Account
from accounts.vault.fields import SealedTextField
from accounts.vault.models import Area


class Kind(models.TextChoices):
    """The article's four kinds of support, and whoever fits none of them."""

    FRIEND = "friend", _("A friend with a wide view")
    FAMILY = "family", _("Family who wish you well")
    SAME_PLACE = "same-place", _("People in the same place")
    WORK = "work", _("Someone whose work it is")
    OTHER = "other", _("Somebody else")


class Supporter(VersionedModel):
    """Somebody one could turn to: who, the key of their kind (`Kind`), and how to reach them unseen."""

    # Made with the form, so that one form sent twice is one person.
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    who = SealedTextField(default="")
    kind = SealedTextField(default="")
    reach = SealedTextField(default="")

    WORDS: ClassVar = ("who", "kind", "reach")
    area = Area.SUPPORT
    KNOWN_BY: ClassVar = ("who",)
    LABELS: ClassVar = {"kind": _("Kind"), "reach": _("How to reach them")}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="supporter_once_each")]

    def __str__(self) -> str:
        return str(self.key)

    def get_absolute_url(self) -> str:
        return reverse("guide:supporter", args=[self.pk])

    @property
    def heading(self) -> str:
        return self.who

    def shown(self, name: str) -> str:
        return str(Kind(self.kind).label) if name == "kind" and self.kind in Kind.values else super().shown(name)

    @classmethod
    def write(cls, account: Account, key: uuid.UUID, words: dict[str, Any], *, version: int | None, at: datetime) -> "Supporter":
        """Store `words`, by field name, as the person that `key` names. Raises accounts.autosave.versions.Conflict as `write_over` does."""
        return cls.write_over(account, {"key": key}, words, version=version, at=at)
