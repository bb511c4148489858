from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PrivateTextField


class SearchForm(forms.Form):
    """What to look for in the guide. It is as private as what one writes: it may say what somebody is afraid of."""

    q = PrivateTextField(max_length=200, label=_("Search the guide"))
    q.widget.input_type = "search"
    q.widget.attrs |= {"placeholder": _("money, silence"), "enterkeyhint": "search"}
