"""Sentences that begin with words of ours and go on with what a person wrote."""

import re


def after(beginning: str, written: str) -> str:
    """`written` as it goes on after `beginning`: without these words where they were typed once more, in capitals or not.

    A field whose label begins a sentence is filled in both ways: "When" with "the kettle goes on", and with "When the kettle goes on".
    """
    return re.sub(rf"\A\s*{re.escape(beginning)}\s+(?=\S)", "", written, flags=re.I)
