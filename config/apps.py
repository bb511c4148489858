from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The one place that knows all apps; an app itself for the sake of its commands and checks."""

    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401
        from config.ops import demo_content  # noqa: F401, so that its tables are checked with the others
