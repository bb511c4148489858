"""A form that gives back what was typed, where the page it came from cannot be shown (docs/security.md, R65)."""

import re
from copy import copy

from django import forms
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import QUIET, PrivateTextField
from config.policy import policy_of

# Names of fields that are never shown again. The form itself asks for them when they are missing.
SECRET = re.compile(r"pass|phrase|code|credential|^again$|csrfmiddlewaretoken")


def form_with_posted_text(request: HttpRequest) -> forms.Form | None:
    """A form with everything that `request` posted: text under the labels it had, the rest hidden. None if it cannot be read.

    The labels are those of the forms that the view's policy names; text in any other field is labelled "What you typed".
    """
    try:
        posted = request.POST
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return None
    text_fields = _text_fields(request)
    form = forms.Form(auto_id="%s")
    for name, values in posted.lists():
        if SECRET.search(name) or "\0" in name:
            continue
        if name in text_fields and values[-1]:
            field = text_fields[name]
            form.fields[name] = forms.CharField(initial=values[-1], label=field.label, widget=copy(field.widget))
        elif any(" " in value for value in values):
            widget = forms.Textarea(attrs={"rows": 1} | QUIET)
            form.fields[name] = forms.CharField(initial=values[-1], label=_("What you typed"), widget=widget)
        else:
            form.fields[name] = forms.MultipleChoiceField(initial=values, widget=forms.MultipleHiddenInput(attrs=QUIET))
    return form


def _text_fields(request: HttpRequest) -> dict[str, forms.Field]:
    """By name, the fields people write in of the forms of the view."""
    return {
        name: field for form in policy_of(request).forms for name, field in form.base_fields.items() if isinstance(field, PrivateTextField)
    }
