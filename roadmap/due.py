"""When something is due, in words."""

from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _


def day_in_words(day: date, today: date) -> str:
    """ "16 December", with the year unless it is this one."""
    return _formatted(day, "j F" if day.year == today.year else "j F Y", get_language())


@lru_cache(maxsize=1000)
def _formatted(day: date, pattern: str, language: str | None) -> str:
    """The roadmap says a dozen days, which are slow to format."""
    return date_format(day, pattern)


def in_words(due: date, today: date) -> str:
    """When `due` is, seen from `today`. A day that has passed is said without reproach."""
    days = (due - today).days
    if days < 0:
        return _("Was for %(day)s; any day will do") % {"day": day_in_words(due, today)}
    if days == 0:
        return _("Today")
    if days == 1:
        return _("By tomorrow")
    if days < 7:
        return _("By %(weekday)s") % {"weekday": _formatted(due, "l", get_language())}
    if days <= 56:
        weeks = round(days / 7)
        return ngettext("In about a week", "In about %(count)d weeks", weeks) % {"count": weeks}
    return _("By %(day)s") % {"day": day_in_words(due, today)}


def on_its_day(day: date, today: date) -> str:
    """When a step has a day of its own."""
    if day <= today or (day - today).days < 7:
        return in_words(day, today)
    return _("By %(weekday)s %(day)s") % {"weekday": _formatted(day, "l", get_language()), "day": day_in_words(day, today)}
