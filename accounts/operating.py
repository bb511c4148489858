"""What every command for whoever runs the program has to know before it begins."""

from django.core.checks import run_checks
from django.core.management.base import CommandError

# The checks with this tag find out whether there is anything here to work on.
TABLES = "tables"


def refuse_without_tables() -> None:
    """Raises CommandError, in one sentence, where there is no database of the program.

    Who forgets to give a command what the service is given would otherwise have it work on a new, empty database, and hear that all is
    well.
    """
    for problem in run_checks(tags=[TABLES], databases=["default"], include_deployment_checks=True):
        raise CommandError(" ".join(filter(None, (problem.msg, problem.hint))))
