"""When something is due, in words."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def day_in_words(day: date, today: date) -> str:
    """ "16 December", with the year unless it is this one."""
    return date_format(day, "j F" if day.year == today.year else "j F Y")


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
        return _("By %(weekday)s") % {"weekday": date_format(due, "l")}
    if days <= 56:
        weeks = round(days / 7)
        return ngettext("In about a week", "In about %(count)d weeks", weeks) % {"count": weeks}
    return _("By %(day)s") % {"day": day_in_words(due, today)}


def on_its_day(day: date, today: date) -> str:
    """When a step has a day of its own."""
    if day <= today or (day - today).days < 7:
        return in_words(day, today)
    return _("By %(weekday)s %(day)s") % {"weekday": date_format(day, "l"), "day": day_in_words(day, today)}
