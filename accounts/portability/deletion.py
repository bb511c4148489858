from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import Account
from accounts.portability.importing import settings_of
from accounts.portability.schema import all_schemas, exported_schemas
from accounts.requests import OwnerRequest, form_status, posted
from accounts.signin.reauthentication import require_recent_passphrase
from accounts.vault import split_secret
from accounts.vault.models import Area
from accounts.vault.scope import acting_for
from config.policy import policy

ALL = "all"
# How long an account that was never used is kept.
UNUSED_AFTER = timedelta(days=30)


class DeleteForm(forms.Form):
    """What is to be deleted: an area, or all. `sure` comes from the second page alone."""

    area = forms.ChoiceField(
        choices=[*Area.choices, (ALL, _("The account and everything in it"))],
        error_messages={"required": _("Choose what is to be deleted."), "invalid_choice": _("Choose what is to be deleted.")},
    )
    sure = forms.CharField(required=False)


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
@require_recent_passphrase
def delete(request: OwnerRequest) -> HttpResponse:
    """Delete an area or the account (`area`). Says first what goes and what backups keep, and does it when that page is sent (`sure`)."""
    form = DeleteForm(posted(request))
    if not form.is_valid():
        return _page(request, status=form_status(form), form=form)
    area = form.cleaned_data["area"]
    if form.cleaned_data["sure"] != area:
        return _page(request, area=area, label=dict(form.fields["area"].choices)[area])  # type: ignore[attr-defined]
    if area == ALL:
        return _delete_account(request)
    request.user.delete_area(Area(area))
    return redirect("delete")


def delete_if_unused(account: Account, *, at: datetime) -> bool:
    """Delete an account that is older than 30 days at the moment `at` and was never used; returns whether it was (docs/security.md, R83).

    Used is an account in which anything was written, read, set or ticked, or that was signed in to again: what a private plan holds cannot
    be seen.
    """
    if account.joined_at > at - UNUSED_AFTER or account.has_returned or account.told_about_leave or account.recovery_code_hash:
        return False
    set_here = [name for name, value in settings_of(account).items() if value != getattr(Account(), name) and name != "time_zone"]
    if set_here or account.email or Authenticator.objects.filter(user=account).exists():
        return False
    with acting_for(account):
        visible = [schema for schema in all_schemas() if not schema.encrypted_export]
        if any(not schema.is_untouched(row) for schema in visible for row in schema.rows(account)):
            return False
        account.delete_with_data()
    return True


def row_counts(account: Account) -> dict[Area, int]:
    """How many rows there are in each area that can be deleted by itself; none of what is not exported."""
    counts: dict[Area, int] = {area: 0 for area in Area if area != Area.OTHER}
    for schema in exported_schemas().values():
        counts[schema.model.area] += schema.count(account)
    return counts


def _page(request: OwnerRequest, status: int = 200, **context: object) -> HttpResponse:
    counts = [(area, count) for area, count in row_counts(request.user).items() if count or area == Area.PLAN]
    return render(request, "accounts/deletion/delete.html", {"counts": counts, "all": ALL, **context}, status=status)


def _delete_account(request: OwnerRequest) -> HttpResponse:
    request.user.delete_with_data()
    logout(request)
    # The last page, which is shown without signing in.
    response = render(request, "accounts/deletion/gone.html")
    split_secret.clear_cookie(request, response)
    response.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return response
