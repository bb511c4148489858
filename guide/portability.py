"""How what was read and the support map are exported and imported (`accounts.portability.schema`)."""

from accounts.portability.schema import Schema, register
from guide.models import PartRead
from guide.supporters.models import Supporter


@register(PartRead)
class PartReadSchema(Schema):
    merge_ignored = ("read_at", "position")


@register(Supporter)
class SupporterSchema(Schema):
    known_by = ("who",)
