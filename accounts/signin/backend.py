"""Who a session belongs to."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import Account
from accounts.signin import sessions


class Backend(AuthenticationBackend):
    """allauth's; but the account of a session that has just been read came along with it, and is not asked for once more."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account of that id, None if there is none (any more)."""
        owner = sessions.owner_of_the_last_read()
        return owner if owner and owner.pk == user_id else super().get_user(user_id)
