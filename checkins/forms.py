from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms import PrivateTextField
from checkins import emotions
from checkins.models import CheckIn, Outcome

LONGEST = 500
LONGEST_EMOTION = 60


class CheckInForm(forms.Form):
    """One day's 3-2-1 as posted. What is not in the post is left as it is; an empty field takes its words out.

    Feelings come from two text fields and from ticked words (`emotion`, repeated). A page shows a chosen word in both places and says so
    in `emotion_shown`; taken out of either, it is gone.
    """

    gratitude_1 = PrivateTextField(max_length=LONGEST, rows=1, label=_("Glad of, 1"))
    gratitude_2 = PrivateTextField(max_length=LONGEST, rows=1, label=_("Glad of, 2"))
    gratitude_3 = PrivateTextField(max_length=LONGEST, rows=1, label=_("Glad of, 3"))
    emotion_1 = PrivateTextField(max_length=LONGEST_EMOTION, label=_("First feeling"))
    emotion_2 = PrivateTextField(max_length=LONGEST_EMOTION, label=_("Second feeling"))
    action = PrivateTextField(max_length=LONGEST, rows=2, label=_("One thing you will do"))
    plan_when = PrivateTextField(max_length=LONGEST, rows=1, label=_("When"))
    plan_will = PrivateTextField(max_length=LONGEST, rows=1, label=_("I will"))
    outcome = forms.ChoiceField(
        required=False,
        choices=[("", ""), *Outcome.choices],
        label=_("Did it happen?"),
        error_messages={"invalid_choice": _("Choose yes, partly or not this time.")},
    )
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: QueryDict | None = None, *, checkin: CheckIn) -> None:
        initial = {name: getattr(checkin, name) for name in CheckIn.WORDS}
        initial |= {name: emotions.Feeling(initial[name]).words for name in CheckIn.EMOTIONS}
        super().__init__(data, initial=initial, auto_id="%s")
        self.checkin = checkin

    @property
    def shown(self) -> list[str]:
        """Keys of our words that stand in the text fields; the page ticks them too."""
        texts = (str(self[name].value() or "") for name in CheckIn.EMOTIONS)
        return [emotion.key for text in texts if (emotion := emotions.named(text))]

    @property
    def picker(self) -> list[tuple[emotions.Group, list[tuple[emotions.Emotion, bool]]]]:
        """The groups, each with its words and whether they are ticked."""
        chosen = {*self.shown, *self._ticked()}
        return [(group, [(emotion, emotion.key in chosen) for emotion in group.emotions]) for group in emotions.GROUPS]

    def differences(self, stored: CheckIn) -> list[tuple[str, str]]:
        """Label and stored words of each field in which `stored` is not what was posted."""
        different = [name for name, text in self.words.items() if text != getattr(stored, name)]
        return [(str(self.fields[name].label), emotions.Feeling(getattr(stored, name)).words) for name in different]

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not set(CheckIn.EMOTIONS) & self.errors.keys():
            try:
                cleaned |= self._feelings(cleaned)
            except forms.ValidationError as error:
                self.add_error("emotion_2", error)
        if not self.errors and not cleaned["version"] and not any(self.words.values()):
            self.add_error("gratitude_1", _("There is nothing to save yet. One line is a whole day."))
        return cleaned

    def _feelings(self, cleaned: dict[str, Any]) -> dict[str, str]:
        """The two feelings by field: what was typed, then what was ticked, each once. Raises ValidationError for more than two."""
        typed = {name: _key(cleaned[name]) for name in CheckIn.EMOTIONS}
        if not self._picker_posted:
            return typed if len(set(typed.values())) > 1 else typed | {"emotion_2": ""}
        ticked, shown = self._ticked(), set(self._getlist("emotion_shown"))
        gone = {key for key in shown if key not in typed.values() or key not in ticked}
        feelings = [key for key in dict.fromkeys([*typed.values(), *ticked]) if key and key not in gone]
        if len(feelings) > 2:
            raise forms.ValidationError(
                _("Choose two feelings at most: there are %(count)d. Keep the two that weigh most."), "too_many", {"count": len(feelings)}
            )
        return dict(zip(CheckIn.EMOTIONS, [*(self.fields["emotion_1"].clean(key) for key in feelings), "", ""], strict=False))

    @property
    def _picker_posted(self) -> bool:
        return bool({"emotion", "emotion_shown"} & self.data.keys())

    def _ticked(self) -> list[str]:
        return [_key(text) for text in self._getlist("emotion") if text.strip()]

    def _getlist(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else []

    @property
    def words(self) -> dict[str, str]:
        """What to write, by field name: only what was in the post."""
        posted = self.data.keys() | (set(CheckIn.EMOTIONS) if self._picker_posted else set())
        return {name: self.cleaned_data[name] for name in CheckIn.WORDS if name in posted}


def _key(text: str) -> str:
    """The key of the word of ours that `text` names, or the text itself."""
    emotion = emotions.named(text)
    return emotion.key if emotion else text.strip()
