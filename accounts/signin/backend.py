"""Authentication: the account of a name and passphrase, and the account of a session."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import Account
from accounts.signin import sessions


class Backend(AuthenticationBackend):
    """allauth's, with our rule of which names are one. The account of a session comes with it, and is not queried again."""

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        return self._check_password(Account.objects.named(username).first(), password)

    def get_user(self, user_id: Any) -> Account | None:
        """The account with that id; None if there is none."""
        owner = sessions.owner_of_the_last_read()
        return owner if owner and owner.pk == user_id else super().get_user(user_id)
