"""What a page that gives typed text back shows, and what it never shows (docs/security.md, R65)."""

from collections.abc import Iterator

from django import forms
from django.test import RequestFactory

from config.resubmit import MAX_SHOWN_FIELDS, SECRET, form_with_posted_text


def every_form(parent: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in parent.__subclasses__():
        yield form
        yield from every_form(form)


def test_no_passphrase_is_ever_given_back() -> None:
    secrets = {
        name
        for form in every_form()
        if form.__module__.split(".")[0] in {"accounts", "checkins", "guide", "roadmap"}
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.PasswordInput)
    }

    assert {"password", "passphrase", "phrase", "again"} <= secrets
    assert {name for name in secrets if not SECRET.search(name)} == set()


def test_text_stands_under_the_label_of_the_form_that_the_view_names_and_the_rest_is_hidden() -> None:
    posted = {"gratitude_1": "Rain", "other": "two words", "version": "3", "password": "four words nobody guesses", "again_action": "1"}

    form = form_with_posted_text(RequestFactory().post("/checkins/", posted))

    assert form is not None
    assert [(field.label, field.value()) for field in form.visible_fields()] == [("Glad of, 1", "Rain"), ("What you typed", "two words")]
    assert form.hidden == [("version", "3"), ("again_action", "1")]


def test_all_values_of_a_repeated_field_are_sent_again_in_their_order() -> None:
    form = form_with_posted_text(RequestFactory().post("/checkins/", {"emotion": ["calm", "torn"], "line": ["a b", "c", "d e"]}))

    assert form is not None
    assert form.hidden == [("emotion", "calm"), ("emotion", "torn"), ("line", "a b"), ("line", "c")]
    assert [(field.name, field.value()) for field in form.visible_fields()] == [("line", "d e")]


def test_of_many_fields_a_few_are_shown_and_all_are_sent_again() -> None:
    """Each field that is shown takes a third of a millisecond (docs/security.md, R80)."""
    posted = {f"field_{number}": f"words {number}" for number in range(990)} | {"x": '"><script>'}

    form = form_with_posted_text(RequestFactory().post("/checkins/", posted))

    assert form is not None
    assert len(form.visible_fields()) == MAX_SHOWN_FIELDS
    assert {field.name: field.value() for field in form.visible_fields()} | dict(form.hidden) == posted
    assert '<input type="hidden" name="x" value="&quot;&gt;&lt;script&gt;" autocomplete="off">' in form.hidden_inputs()
