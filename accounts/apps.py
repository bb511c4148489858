from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def import_models(self) -> None:
        """Load the models that are kept beside their subject, as Django does by itself for `accounts.models`."""
        super().import_models()
        import_module("accounts.autosave.models")
        import_module("accounts.portability.models")

    def ready(self) -> None:
        from accounts import checks  # noqa: F401
