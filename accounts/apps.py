from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"

    def import_models(self) -> None:
        """Load the models of the subpackages too. Django loads only `accounts.models`, which cannot import them, because they import it."""
        super().import_models()
        import_module("accounts.autosave.models")
        import_module("accounts.portability.models")
        import_module("accounts.signin.invitations")
        import_module("accounts.signin.throttle")

    def ready(self) -> None:
        import_module("accounts.checks")
        # Each app registers how its models are exported (accounts.portability.schema).
        autodiscover_modules("portability")
