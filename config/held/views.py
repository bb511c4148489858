import re

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_safe

from accounts.vault import split_secret
from config import errors
from config.held import HeldPage, address
from config.held.models import HeldForm
from config.policy import policy

TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')
# A form without an address is sent to the address of its page, and a link may consist of a query alone.
NO_ACTION = re.compile(r"<form\b(?![^>]*\saction=)")
QUERY_LINK = re.compile(r'(<a\b[^>]*\shref=")(?=\?)')


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def held(request: HttpRequest, token: str) -> HttpResponse:
    """A form that was refused, or a list that was found, as it answered a POST up to 15 minutes ago (`config.held`)."""
    if len(token) != HeldForm.TOKEN_CHARS:
        page = address.show(request, token)
    elif request.user.is_authenticated:
        page = HeldForm.show(request.user, token, at=timezone.now())
    else:
        return redirect(reverse("account_login", query={"next": request.path}))
    if page and page.needs_open_plan and not split_secret.load(request, at=timezone.now()):
        page = None
    return _shown(request, page) if page else errors.no_longer_held(request)


def _shown(request: HttpRequest, page: HeldPage) -> HttpResponse:
    path = escape(page.path)
    html = NO_ACTION.sub(f'<form action="{path}"', page.html)
    html = QUERY_LINK.sub(rf"\g<1>{path.partition('?')[0]}", html)
    if TOKEN.search(html):
        html = TOKEN.sub(rf"\g<1>{get_token(request)}", html)
    return HttpResponse(html, status=page.status)
