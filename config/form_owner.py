"""Every form says which account its page belongs to, so that text is never saved into another person's account.

One person may sign in in one tab while another tab still shows text of the person who was signed in before. In addition to Django's token,
every form of a signed-in page carries a token of its account. If another account is signed in when it arrives, it is answered 409, and
nothing is written (config.middleware.account_scope).
"""

from django import template
from django.core.signing import Signer
from django.http import HttpRequest
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.crypto import constant_time_compare
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Account

register = template.Library()

FIELD = "owner"


def owner_token(account: Account) -> str:
    """A token that differs for each account and reveals nothing about it."""
    return _signer().signature(str(account.pk))


def belongs_to_other(request: HttpRequest) -> bool:
    """Whether the form comes from a page of another account than the one signed in. False for a form without an owner token."""
    posted = request.POST.get(FIELD)
    if not posted or not request.user.is_authenticated:
        return False
    signer, whose = _signer(), str(request.user.pk)
    # A page that was open while the program's key was changed is still its owner's.
    return not any(constant_time_compare(posted, signer.signature(whose, key)) for key in (signer.key, *signer.fallback_keys))


def _signer() -> Signer:
    return Signer(salt="config.form_owner")


# In HTML that is kept for every reader (`is_shared` in its context), where the tokens of a form go.
PLACE_OF_TOKENS = SafeString("<!--tokens-->")


class OwnerTokenNode(CsrfTokenNode):
    """Django's hidden CSRF token, and next to it the owner token if someone is signed in."""

    def render(self, context: Context) -> str:
        """The same for every form of a page, so worked out once for a page, for its token and the account that is signed in."""
        if context.get("is_shared"):
            return PLACE_OF_TOKENS
        request = context.get("request")
        user = getattr(request, "user", None)
        account = user if user is not None and user.is_authenticated else None
        made_for = (str(context.get("csrf_token")), account and account.pk)
        known, fields = getattr(request, "_form_fields", (None, ""))
        if known != made_for:
            fields = super().render(context)
            if account:
                fields = format_html('{}<input type="hidden" name="{}" value="{}" autocomplete="off">', fields, FIELD, owner_token(account))
            if request is not None:
                request._form_fields = made_for, fields
        return fields


@register.tag
def csrf_token(parser: Parser, token: Token) -> OwnerTokenNode:
    """Replaces Django's own tag, so that no form can have one token without the other."""
    return OwnerTokenNode()


@register.simple_block_tag(takes_context=True)
def with_tokens(context: Context, content: SafeString) -> SafeString:
    """Puts the tokens of this page into the forms of HTML that was rendered for every reader."""
    if PLACE_OF_TOKENS not in content:
        # A token that is made is set as a cookie too.
        return content
    return mark_safe(content.replace(PLACE_OF_TOKENS, OwnerTokenNode().render(context)))  # noqa: S308, both are ours
