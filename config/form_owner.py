"""Every form says whose page it stands on, so that nobody's words are saved into somebody else's account.

Someone may sign in in one tab while another still shows the words of whoever was signed in before. Beside Django's token, every form of a
signed-in page carries a mark of its account; one that comes while another account is signed in is answered 409, and nothing is written
(config.middleware.account_scope).
"""

from django import template
from django.core.signing import Signer
from django.http import HttpRequest
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.crypto import constant_time_compare
from django.utils.html import format_html

from accounts.models import Account

register = template.Library()

FIELD = "owner"


def owner_token(account: Account) -> str:
    """Tells one account from another, and nothing about it."""
    return _signer().signature(str(account.pk))


def belongs_to_other(request: HttpRequest) -> bool:
    """Whether what was posted comes from a page of another account than the one signed in. What bears no mark is nobody's."""
    mark = request.POST.get(FIELD)
    if not mark or not request.user.is_authenticated:
        return False
    signer, whose = _signer(), str(request.user.pk)
    # A page that was open while the program's key was changed is still its owner's.
    return not any(constant_time_compare(mark, signer.signature(whose, key)) for key in (signer.key, *signer.fallback_keys))


def _signer() -> Signer:
    return Signer(salt="config.form_owner")


class MarkedTokenNode(CsrfTokenNode):
    """Django's hidden token, and beside it the mark of who is signed in."""

    def render(self, context: Context) -> str:
        token = super().render(context)
        user = getattr(context.get("request"), "user", None)
        if user is None or not user.is_authenticated:
            return token
        return format_html('{}<input type="hidden" name="{}" value="{}" autocomplete="off">', token, FIELD, owner_token(user))


@register.tag
def csrf_token(parser: Parser, token: Token) -> MarkedTokenNode:
    """In place of Django's own tag, so that no form can have the one without the other."""
    return MarkedTokenNode()
