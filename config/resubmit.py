"""A form that gives back what was typed, when there is no database to show the page it came from (docs/security.md, R65)."""

import re
from collections.abc import Iterator
from copy import copy

from django import forms
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext_lazy as _

from accounts.forms import QUIET, PrivateTextField

# Never shown again, and the form asks for them anew when they are missing.
SECRET = re.compile(r"pass|code|csrfmiddlewaretoken")


def form_with_posted_text(request: HttpRequest) -> forms.Form | None:
    """A form with everything that `request` posted: words under the labels they had, the rest hidden. None if it cannot be read."""
    try:
        posted = request.POST
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return None
    written = _written(posted)
    form = forms.Form(auto_id="%s")
    for name, values in posted.lists():
        if SECRET.search(name) or "\0" in name:
            continue
        if name in written and values[-1]:
            form.fields[name] = forms.CharField(initial=values[-1], label=written[name].label, widget=copy(written[name].widget))
        elif any(" " in value for value in values):
            widget = forms.Textarea(attrs={"rows": 1} | QUIET)
            form.fields[name] = forms.CharField(initial=values[-1], label=_("What you typed"), widget=widget)
        else:
            form.fields[name] = forms.MultipleChoiceField(initial=values, widget=forms.MultipleHiddenInput(attrs=QUIET))
    return form


def _written(posted: QueryDict) -> dict[str, forms.Field]:
    """The fields people write in of the form that `posted` came from: the one of ours that knows most of it."""
    known = max(_forms(forms.Form), key=lambda form: len(form.base_fields.keys() & posted.keys()))
    return {name: field for name, field in known.base_fields.items() if isinstance(field, PrivateTextField)}


def _forms(parent: type[forms.Form]) -> Iterator[type[forms.Form]]:
    for form in parent.__subclasses__():
        yield form
        yield from _forms(form)
