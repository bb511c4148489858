"""A check that every command for operators makes before it begins."""

from django.core.checks import run_checks
from django.core.management.base import CommandError

# The checks with this tag find out whether there is anything here to work on.
TABLES = "tables"


def refuse_without_tables() -> None:
    """Raises CommandError, in one sentence, where there is no database of the program.

    Without this check, a command without the service's settings would work on a new, empty database and report success.
    """
    for problem in run_checks(tags=[TABLES], databases=["default"], include_deployment_checks=True):
        raise CommandError(" ".join(filter(None, (problem.msg, problem.hint))))
