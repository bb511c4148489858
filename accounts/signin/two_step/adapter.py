from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser


class Adapter(DefaultMFAAdapter):
    """What devices are told about this site and its accounts: a neutral name and the name one signs in with."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().rpartition(":")[0] or context.request.get_host(), "name": "Even Keel"}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict:
        return super().get_public_key_credential_user_entity(user) | {"name": user.get_username(), "display_name": user.get_username()}
