from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The one place that knows all apps; itself an app for its commands, checks and held forms."""

    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401
        from config.ops import demo_content  # noqa: F401, so that its tables are checked with the others
