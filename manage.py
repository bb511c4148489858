#!/usr/bin/env python
# Any Python from 3.6 on can read this file, so that a person with one that is too old is told so in a sentence.
import os
import sys

OLDEST = (3, 12)


def main() -> None:
    if sys.version_info < OLDEST:
        sys.exit(
            f"Even Keel needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is {sys.version_info[0]}.{sys.version_info[1]}. "
            "Install a newer one and make .venv with it, for example: python3.13 -m venv .venv"
        )
    if os.name == "nt":
        sys.exit("Even Keel runs on Linux and macOS. On Windows, run it in WSL or in a container: docs/at-home.md.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line

        from config.ops import db_timeout
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed for {sys.executable}. Use .venv/bin/python; README.md says how to make it.")
    db_timeout.is_command = True
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A plain sentence for the person who starts the program; a traceback would hide it.
        sys.exit(str(error))


if __name__ == "__main__":
    main()
