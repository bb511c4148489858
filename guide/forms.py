from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PrivateTextField


class GuideSearchForm(forms.Form):
    """What to search the guide for. It is as private as an entry, because it may say what a person is afraid of."""

    q = PrivateTextField(max_length=200, label=_("Search the guide"))
    q.widget.input_type = "search"
    q.widget.attrs |= {"placeholder": _("money, silence"), "enterkeyhint": "search"}
