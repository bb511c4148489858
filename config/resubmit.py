"""A form that gives back what was typed, where the page it came from cannot be shown (docs/security.md, R65)."""

import re
from copy import copy

from django import forms
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import QUIET, PrivateTextField
from config.policy import policy_of

# Fields with text that are shown. Of ours only the private plan has more.
MAX_SHOWN_FIELDS = 24
# Names of fields that are never shown again. The form itself asks for them when they are missing.
SECRET = re.compile(r"pass|phrase|code|credential|^again$|csrfmiddlewaretoken")


class Resubmission(forms.Form):
    """What was posted: text in fields that can be seen, and everything else in `hidden`, pairs of a name and a value."""

    def __init__(self) -> None:
        super().__init__(auto_id="%s")
        self.hidden: list[tuple[str, str]] = []

    def hidden_inputs(self) -> SafeString:
        """`hidden` as HTML. Not fields of the form: a thousand would take a third of a second."""
        return format_html_join("", '<input type="hidden" name="{}" value="{}" autocomplete="off">', self.hidden)


def form_with_posted_text(request: HttpRequest) -> Resubmission | None:
    """A form with everything that `request` posted: text under the labels it had, the rest hidden. None if it cannot be read.

    The labels are those of the forms that the view's policy names; text in any other field is labelled "What you typed". Text beyond
    MAX_SHOWN_FIELDS fields is sent again without being shown.
    """
    try:
        posted = request.POST
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return None
    text_fields = _text_fields(request)
    form = Resubmission()
    for name, values in posted.lists():
        if SECRET.search(name) or "\0" in name:
            continue
        is_known = name in text_fields and values[-1]
        is_shown = len(form.fields) < MAX_SHOWN_FIELDS and (is_known or any(" " in value for value in values))
        # No page can hold NUL.
        form.hidden += [(name, value.replace("\0", "\ufffd")) for value in (values[:-1] if is_shown else values)]
        if is_known and is_shown:
            field = text_fields[name]
            form.fields[name] = forms.CharField(initial=values[-1], label=field.label, widget=copy(field.widget))
        elif is_shown:
            widget = forms.Textarea(attrs={"rows": 1} | QUIET)
            form.fields[name] = forms.CharField(initial=values[-1], label=_("What you typed"), widget=widget)
    return form


def _text_fields(request: HttpRequest) -> dict[str, forms.Field]:
    """By name, the fields people write in of the forms of the view."""
    return {
        name: field for form in policy_of(request).forms for name, field in form.base_fields.items() if isinstance(field, PrivateTextField)
    }
