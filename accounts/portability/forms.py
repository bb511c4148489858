from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.portability.file_format import MAX_FILE_BYTES, FileContents, FileRefused
from accounts.portability.parsing import read


class FileForm(forms.Form):
    """A file to import. Its cleaned value is what it holds; `too_large` says whether it was not even read."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_("JSON from this site, or the CSV that Daylio exports. 5 MB at most."),
        widget=forms.ClearableFileInput(attrs={"autocomplete": "off", "accept": ".json,.csv,application/json,text/csv"}),
        error_messages={
            "required": _("Choose a file first."),
            "invalid": _("Choose a file first."),
            "missing": _("Choose a file first."),
            "empty": _("The file is empty."),
        },
        max_length=None,
    )

    def __init__(self, *args: Any, account: Account, **options: Any) -> None:
        super().__init__(*args, **options)
        self.account = account
        self.too_large = False

    def clean_file(self) -> FileContents:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        self.too_large = (file.size or 0) > MAX_FILE_BYTES
        try:
            return read(file.read(), self.account, at=timezone.now())
        except FileRefused as refused:
            raise forms.ValidationError(_("%(why)s Nothing was changed."), "refused", {"why": refused}) from refused


class ApplyForm(forms.Form):
    """Whether the words of the account or of the file count where the two differ."""

    overwrite = forms.ChoiceField(
        label=_("Where the two differ"),
        choices=[("here", _("Keep what is here")), ("file", _("Use what the file has"))],
        initial="here",
        required=False,
        widget=forms.RadioSelect(attrs={"autocomplete": "off"}),
        error_messages={"invalid_choice": _("Choose one of the two.")},
    )
