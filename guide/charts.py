"""The guide's charts, drawn from `charts.toml` next to its text. Labels are HTML, so that they do not shrink; bars and lines are SVG."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

# Couples in 100: bars run from where a programme does nothing to a little beyond the highest range. They are drawn on a width of 100.
NO_EFFECT_PERCENT = 50
MAX_PERCENT = 85


@dataclass(frozen=True)
class Programme:
    """One programme. Figures are differences in standard deviations; they are shown as the share of couples who were better off than the
    average couple that waited. `start` is the lowest of several estimates, `value` the highest or only one; None for words alone.
    """

    what: str
    who: str
    note: str
    source: str
    value: float | None = None
    start: float | None = None
    low: float | None = None
    high: float | None = None
    words: str = ""

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Programme":
        start, value = row.pop("from", None), row.pop("to", None)
        return cls(start=start, **({"value": value} | row))

    @property
    def share(self) -> str:
        """How many in 100 were better off than the average couple who waited, were all spread in the usual bell shape."""
        return "–".join(f"{_share(each):.0f}" for each in (self.start, self.value) if each is not None)

    @property
    def range(self) -> str:
        return "" if self.low is None or self.high is None else f"{_share(self.low):.0f}–{_share(self.high):.0f}"

    @property
    def bar(self) -> str:
        return _box(0, _at(self.start if self.start is not None else self.value))

    @property
    def end(self) -> str:
        """The end of the bar; with several estimates, from the lowest to the highest."""
        return _box(_at(self.start), _at(self.value)) if self.start is not None else f"M{_at(self.value):g} 5v10"

    @property
    def whisker(self) -> str:
        low, high = _at(self.low), _at(self.high)
        return f"M{low:g} 10H{high:g}M{low:g} 7v6M{high:g} 7v6" if self.low is not None else ""


def _share(difference: float) -> float:
    return 100 * NormalDist().cdf(difference)


def _at(difference: float | None) -> float:
    """How far to the right a difference is drawn, 0 to 100."""
    return round(100 * (_share(difference or 0) - NO_EFFECT_PERCENT) / (MAX_PERCENT - NO_EFFECT_PERCENT), 1)


def _box(start: float, end: float) -> str:
    return f"M{start:g} 5H{end:g}v10H{start:g}z"


@dataclass(frozen=True)
class FollowedKind:
    """One line over the years, in percent."""

    what: str
    values: tuple[int, ...]
    parted: int
    years: tuple[int, ...]
    moments: tuple[str, ...]
    known_until: int

    @property
    def cells(self) -> list[tuple[str, int]]:
        """Each value with the moment it is of, for the table."""
        return list(zip(self.moments, self.values, strict=True))

    @property
    def points(self) -> list[tuple[int, int, bool]]:
        """The position of each value in the drawing, and whether it is known well."""
        return [(100 * year, 100 - value, year <= self.known_until) for year, value in zip(self.years, self.values, strict=True)]

    @property
    def known(self) -> str:
        return "M" + "L".join(f"{x} {y}" for x, y, known in self.points if known)

    @property
    def rest(self) -> str:
        last = max(place for place, point in enumerate(self.points) if point[2])
        return "M" + "L".join(f"{x} {y}" for x, y, _ in self.points[last:])


def _trials(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"nothing": NO_EFFECT_PERCENT, "most": MAX_PERCENT, "rows": [Programme.of(row) for row in data.pop("row")]}


def _followed(data: dict[str, Any]) -> dict[str, Any]:
    shared = {"years": tuple(data["years"]), "moments": tuple(data["moments"]), "known_until": data["known_until"]}
    lines = [FollowedKind(**row | {"values": tuple(row["values"])} | shared) for row in data.pop("line")]
    return data | {"lines": lines}


_CHARTS = {"trials": _trials, "followed": _followed}


def chart(path: Path, name: str) -> dict[str, Any]:
    """What a chart shows, by its name in the file; raises KeyError if there is none."""
    return _CHARTS[name](tomllib.loads(path.read_text(encoding="utf-8"))[name])


def render(path: Path, name: str, caption: SafeString) -> SafeString:
    return render_to_string(f"guide/charts/{name}.html", {"chart": chart(path, name), "caption": caption})
