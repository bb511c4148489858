"""What the documents name is there."""

import re

from django.conf import settings

ROW = re.compile(r"^\| R(\d+) \| (.+) \| (met|in part|not met) \| (.+) \|$", re.M)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_the_table_of_promises_is_whole_and_every_test_it_names_exists() -> None:
    table = (settings.BASE_DIR / "docs" / "security.md").read_text()
    rows = ROW.findall(table)

    assert [int(number) for number, *_ in rows] == list(range(1, 73))
    for number, _, stands, shown in rows:
        tests = TEST.findall(shown)
        assert tests or stands == "not met", f"R{number} is shown by nothing"
        for path, name in tests:
            assert re.search(rf"^def {name}\(", (settings.BASE_DIR / path).read_text(), re.M), f"R{number}: {path} has no {name}"
