"""How the roadmap, talks, reviews, looking back and the private plan are exported and imported (`accounts.portability.schema`)."""

from collections.abc import Iterator

from accounts.models import Account
from accounts.portability.schema import Lines, Schema, register
from roadmap.models import Action, LookBack, PrivatePlan, Review, Roadmap, SafetyCheck, Talk


@register(Roadmap)
class RoadmapSchema(Schema):
    # The address of a feed belongs to one account alone.
    not_exported = ("feed_token_hash",)
    merge_ignored = ("review_put_off_on", "nudge_minute", "nudge_since")
    merge_groups = (("look_back_on", "ended_on"), ("nudge_minute", "nudge_since"))

    def is_untouched(self, row: Roadmap) -> bool:
        return row.is_untouched


@register(Action)
class ActionSchema(Schema):
    # A person's own actions have no key: they are identified by their words.
    known_by = ("key", "title")
    merge_ignored = ("position", "offer_declined_on", "stays_in", "was_done_on")
    merge_groups = (("done_on", "set_aside_on"),)

    def rows(self, account: Account, *, lock: bool = False) -> Iterator[Action]:
        yield from sorted(super().rows(account, lock=lock), key=Action.place)

    def is_untouched(self, row: Action) -> bool:
        return row.is_untouched


@register(Talk)
class TalkSchema(Schema):
    merge_groups = (("state", "day", "logged"), Talk.SENTENCE, ("response", "reason"))


@register(Review)
class ReviewSchema(Schema):
    merge_groups = (("answers", "finished"),)


register(SafetyCheck)(Schema)


@register(LookBack)
class LookBackSchema(Schema):
    merge_groups = (("since", "closed_on", "shown"), ("next_step", "by", "who_helps"))


@register(PrivatePlan)
class PrivatePlanSchema(Schema):
    """Its rows are sealed for this account and would open nowhere else; `encrypted` takes that seal off."""

    exported = False
    encrypted_export = True

    def encrypted(self, account: Account, key: bytes) -> str:
        return PrivatePlan.of(account).packed(key)

    def unlocked(self, account: Account, key: bytes) -> list[tuple[str, Lines]]:
        return PrivatePlan.of(account).lines_with(key)
