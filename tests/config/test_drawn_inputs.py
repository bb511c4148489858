"""Inputs that are drawn without a template are those that Django's templates draw."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from accounts.form_fields import QUIET
from config.page_context import FormRenderer

ODD = {
    "maxlength": 200,
    "required": True,
    "disabled": False,
    "placeholder": gettext_lazy("Save"),
    "data-x": "<\"&'>",
    "data-y": mark_safe("&amp;"),
}
CHOICES = [("", "Any"), ("<b>", gettext_lazy("Save")), (3, mark_safe("&amp;")), (True, "On"), (False, "Off"), ("words", "<i>")]
WIDGETS = [
    forms.TextInput(ODD), forms.HiddenInput(QUIET), forms.PasswordInput(render_value=True), forms.Textarea({"rows": 1} | ODD),
    forms.Select(ODD, CHOICES),
    forms.CheckboxInput(), forms.RadioSelect(QUIET, [("a", "A")]),
    forms.DateInput({"type": "date"}, format="%Y-%m-%d"), forms.NumberInput(), forms.MultipleHiddenInput(QUIET),
]  # fmt: skip


def test_a_list_in_groups_is_drawn_as_django_draws_it() -> None:
    widget = forms.Select(QUIET, [("", "None"), ("Steps", [("a", "A"), ("b", "<b>")])])

    assert widget.render("step", "b", renderer=FormRenderer()) == widget.render("step", "b", renderer=TemplatesSetting())


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", "words", "</textarea><b>\"&'", "two\nlines", 0, 1234567, True, False, mark_safe("<i>")])
def test_an_input_is_drawn_as_django_draws_it(widget: forms.Widget, value: Any) -> None:
    if isinstance(widget, forms.MultipleHiddenInput):
        value = [value, "more"]

    assert widget.render("na<me", value, renderer=FormRenderer()) == widget.render("na<me", value, renderer=TemplatesSetting())


@pytest.mark.parametrize("wrap_label", [True, False])
def test_each_choice_is_drawn_as_django_draws_it(wrap_label: bool) -> None:
    class Chosen(forms.Form):
        answer = forms.ChoiceField(
            choices=[("no", "No"), ("<yes>", gettext_lazy("Save")), (True, "On"), (False, "Off"), (0, "None")],
            widget=forms.RadioSelect(QUIET),
        )

    def drawn(renderer: TemplatesSetting) -> list[str]:
        return [choice.tag(wrap_label) for choice in Chosen({"answer": "no"}, renderer=renderer)["answer"]]

    assert drawn(FormRenderer()) == [tag.replace(" required", ' required class="mark"') for tag in drawn(TemplatesSetting())]
