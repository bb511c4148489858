"""How the roadmap, talks, reviews, looking back and the private plan are exported and imported (`accounts.portability.schema`)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.portability.schema import ReadableLines, Schema, register
from roadmap.models import Action, LookBack, PrivatePlan, Review, Roadmap, SafetyCheck, Talk
from roadmap.talks.models import TalkState


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
    natural_key = ("key", "title")
    merge_ignored = ("position", "offer_declined_on", "stays_in", "was_done_on")
    merge_groups = (("done_on", "set_aside_on"),)

    def rows(self, account: Account, *, lock: bool = False) -> Iterator[Action]:
        yield from sorted(super().rows(account, lock=lock), key=Action.sort_key)

    def readable_lines(self, row: Action) -> ReadableLines:
        """Where it belongs, what became of it, and the note."""
        return [("", sentence) for sentence in _sentences_of(row)] + row.lines(without=("horizon", "due_on", "done_on", "set_aside_on"))

    def is_untouched(self, row: Action) -> bool:
        return row.is_untouched


def _sentences_of(action: Action) -> Iterator[str]:
    yield _("A step for %(span)s.") % {"span": action.display("horizon")}
    if action.due_on:
        yield _("Its day was to be %(day)s.") % {"day": action.display("due_on")}
    if action.done_on:
        yield _("Done on %(day)s.") % {"day": action.display("done_on")}
    if action.set_aside_on:
        yield _("Set aside on %(day)s.") % {"day": action.display("set_aside_on")}


@register(Talk)
class TalkSchema(Schema):
    merge_groups = (("state", "day", "logged"), Talk.SENTENCE, ("response", "reason"))

    def readable_lines(self, row: Talk) -> ReadableLines:
        """When it was or is to be, what one says or said, and the rest under its labels."""
        dated = {TalkState.HELD.value: _("It took place on %(day)s."), TalkState.PLANNED.value: _("It is planned for %(day)s.")}
        when = dated.get(row.state) if row.day else None
        told = [("", when % {"day": row.display("day")} if when else row.display("state"))]
        told += [("", row.sentence)] if row.sentence else []
        return told + row.lines(without=("day", "state", "logged", *Talk.SENTENCE))


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

    def unlocked(self, account: Account, key: bytes) -> list[tuple[str, ReadableLines]]:
        return PrivatePlan.of(account).lines_with(key)
