"""What the documents name is there."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

import config
from tests.load import planted

ROW = re.compile(r"^\| R(\d+) \| (.+) \| (met|in part|not met) \| (.+) \|$", re.M)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")

# The requirements of OWASP ASVS 5.0.0: for each section the levels of 1, 2, 3 and so on in it.
# fmt: off
ASVS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223", "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22", "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}
# fmt: on
REQUIREMENT = re.compile(r"^\| (\d[\d., –]*) \| ([12, ]+) \| (.+?) \| (met|not met|n\.a\.) \| (.+) \|$", re.M)
COUNT = re.compile(r"^\| (Level 1|Level 2|Both) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.M)
FILE = re.compile(r"`((?:accounts|config|deploy|docs|guide|roadmap|static|checkins)/[\w/.-]+|[A-Z]+\.md)`")


def sources() -> list[Path]:
    folders = ("accounts", "checkins", "config", "guide", "roadmap", "static", "templates", "tests", "deploy", ".ci")
    return [
        path
        for folder in folders
        for path in (settings.BASE_DIR / folder).rglob("*")
        if path.suffix in {".py", ".js", ".css", ".html", ".sh"}
    ]


def missing_tests(text: str) -> list[str]:
    """Tests that a text names and that are not there."""
    return [
        f"{path}::{name}"
        for path, name in TEST.findall(text)
        if not re.search(rf"^def {name}\(", (settings.BASE_DIR / path).read_text(), re.M)
    ]


def test_the_table_of_promises_is_whole_and_every_test_it_names_exists() -> None:
    table = (settings.BASE_DIR / "docs" / "security.md").read_text()
    rows = ROW.findall(table)

    assert [int(number) for number, *_ in rows] == list(range(1, 89))
    for number, _, stands, shown in rows:
        assert TEST.search(shown) or stands == "not met", f"R{number} is shown by nothing"
        assert not missing_tests(shown), f"R{number}"


def test_every_promise_that_the_source_names_is_in_the_table() -> None:
    table = (settings.BASE_DIR / "docs" / "security.md").read_text()
    promises = {f"R{number}" for number, *_ in ROW.findall(table)}
    named = {(name, str(path)) for path in sources() for name in re.findall(r"(?<![\w#])R[1-9]\d?(?!\w)", path.read_text())}

    assert len({name for name, _ in named}) > 40
    assert not [(name, path) for name, path in named if name not in promises]


def numbers(cell: str) -> list[str]:
    """The requirements that a row is about: "1.2.6–8, 1.3.1" names four."""
    found = [re.fullmatch(r"(\d+\.\d+)\.(\d+)(?:–(\d+))?", part) for part in cell.split(", ")]
    assert all(found), cell
    return [f"{part[1]}.{number}" for part in found if part for number in range(int(part[2]), int(part[3] or part[2]) + 1)]


def test_each_requirement_of_asvs_stands_there_once_and_what_shows_it_exists() -> None:
    text = (settings.BASE_DIR / "docs" / "asvs.md").read_text()
    levels = {f"{section}.{place}": int(level) for section, row in ASVS.items() for place, level in enumerate(row, 1)}
    named, counted = Counter[str](), Counter[tuple[int, str]]()

    for cell, level, _, stands, shown in REQUIREMENT.findall(text):
        named.update(numbers(cell))
        counted.update((levels[number], stands) for number in numbers(cell))
        assert level == ", ".join(map(str, sorted({levels[number] for number in numbers(cell)}))), cell
        assert not missing_tests(shown), cell
        # Where no test is named, a file that is, or the part of this page that says it; or why not.
        assert stands != "met" or TEST.search(shown) or FILE.search(shown) or "](#" in shown, f"{cell} is shown by nothing"
        assert stands == "met" or len(shown) > 10, f"{cell} has no reason"

    assert named == Counter(number for number, level in levels.items() if level < 3)
    for path in FILE.findall(text):
        assert (settings.BASE_DIR / path).exists(), path
    headings = {re.sub(r"\W+", "-", heading.lower()) for heading in re.findall(r"^### (.+)$", text, re.M)}
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) == headings
    kinds = ("met", "not met", "n.a.")
    first, second = ([counted[level, kind] for kind in kinds] for level in (1, 2))
    both = [one + other for one, other in zip(first, second, strict=True)]
    assert {name: [int(figure) for figure in figures] for name, *figures in COUNT.findall(text)} == {
        "Level 1": [*first, sum(first)],
        "Level 2": [*second, sum(second)],
        "Both": [*both, sum(both)],
    }


@pytest.mark.parametrize("name", planted.FAULTS)
def test_what_a_fault_is_planted_into_is_still_there(name: str) -> None:
    fault = planted.FAULTS[name]

    assert fault.there in (settings.BASE_DIR / fault.path).read_text(), "plant it elsewhere, in tests/load/planted.py"


def test_the_version_is_the_same_everywhere() -> None:
    version = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

    assert version == config.VERSION


def test_every_document_that_the_source_sends_a_reader_to_is_there() -> None:
    named = {name: path for path in sources() for name in re.findall(r"\b(?:docs/[\w-]+|[A-Z]{4,})\.md", path.read_text())}

    assert len(named) >= 4
    assert not [(name, str(path)) for name, path in named.items() if not (settings.BASE_DIR / name).exists()]


def test_the_path_of_a_request_names_every_middleware_in_its_order() -> None:
    text = (settings.BASE_DIR / "docs" / "architecture.md").read_text()
    path = text.partition("## The path of a request")[2].partition("\n## ")[0]
    named = [name for cell in re.findall(r"^\| (.+?) \|", path, re.M) for name in re.findall(r"`(\w+)`", cell)]
    layers = [layer.rpartition(".")[::2] for layer in settings.MIDDLEWARE]

    assert named == [
        module.rpartition(".")[2] if module.startswith("config.") and name != "oversized_form" else name for module, name in layers
    ]


def test_every_setting_is_in_the_example_of_the_environment_and_the_other_way_round() -> None:
    read = re.findall(r'\b(?:value|switch|number|choice|secret)\("([A-Z_]+)"', (settings.BASE_DIR / "config" / "settings.py").read_text())
    listed = re.findall(r"^([A-Z_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.M)

    assert Counter(listed) == Counter({*read})
