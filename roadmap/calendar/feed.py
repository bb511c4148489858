"""The entries of the calendar, and the file (RFC 5545)."""

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid5

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from accounts.local_day import ONE_DAY
from accounts.models import Account
from roadmap.calendar import zones
from roadmap.models import REVIEW_AFTER, Horizon, Roadmap

CONTENT_TYPE = "text/calendar; charset=utf-8"
FILE_NAME = "days.ics"

SECRET_BYTES = 24
NUDGE = "nudge"
WHOLE = ""
NUDGE_LASTS = timedelta(minutes=5)


@dataclass(frozen=True)
class CalendarEntry:
    """A whole day with its words; `again_until` when it comes again every REVIEW_AFTER. `name` is the same for the same thing, always."""

    name: str
    words: str
    day: date
    again_until: date | None = None

    @property
    def days(self) -> Iterator[date]:
        day = self.day
        yield day
        while self.again_until and (day := day + REVIEW_AFTER) <= self.again_until:
            yield day


def entries(roadmap: Roadmap) -> list[CalendarEntry]:
    """What is due: steps that are open, at the end of their horizon or on a day of their own; the six questions until the day to look
    back; and that day. Nothing after an end."""
    if roadmap.ended_on:
        return []
    waiting, own_days = set(), []
    for pk, horizon, due_on in roadmap.account.actions.open().values_list("pk", "horizon", "due_on").order_by("due_on", "pk"):
        if due_on:
            own_days.append(CalendarEntry(f"step-{pk}", _("A step"), due_on))
        else:
            waiting.add(horizon)
    steps = [
        CalendarEntry(f"steps-{horizon}", _("Steps: %(stretch)s") % {"stretch": horizon.label}, roadmap.ends(horizon))
        for horizon in Horizon
        if horizon in waiting
    ]
    until = roadmap.look_back_on if roadmap.look_back_on >= roadmap.review_due_on + REVIEW_AFTER else None
    questions = CalendarEntry("questions", _("Six questions"), roadmap.review_due_on, again_until=until)
    return [*steps, *own_days, questions, CalendarEntry("look-back", _("Look back"), roadmap.look_back_on)]


def in_days(roadmap: Roadmap, today: date) -> list[tuple[date, str]]:
    """The days that are still to come, with their words, in order."""
    return sorted((day, entry.words) for entry in entries(roadmap) for day in entry.days if day >= today)


def nudge_words() -> str:
    return _("A few lines")


@dataclass(frozen=True)
class CalendarFile:
    """The calendar as a file; `changed_at` is when an entry last changed, came or went."""

    content: bytes
    changed_at: datetime

    @property
    def etag(self) -> str:
        return f'"{sha256(self.content).hexdigest()[:32]}"'


def as_file(roadmap: Roadmap, *, at: datetime) -> CalendarFile:
    """The calendar as it is at the moment `at`: the same bytes for as long as nothing in it changes."""
    shown = entries(roadmap)
    events = {entry.name: _whole_day(entry, roadmap.account) for entry in shown}
    # What each event is made from: its own bytes would take as long to make for this as for the file.
    made_from = {entry.name: repr(entry) for entry in shown}
    zone = None
    if roadmap.nudge_time and roadmap.nudge_since and not roadmap.account.paused_since:
        first = datetime.combine(roadmap.nudge_since, roadmap.nudge_time, roadmap.account.zone)
        events[NUDGE] = _nudge(first, roadmap.account)
        made_from[NUDGE] = repr((nudge_words(), first.isoformat(), roadmap.account.zone.key))
        zone = None if roadmap.account.zone.key == "UTC" else zones.as_component(roadmap.account.zone, first.year, at.year)
    digests = {name: sha256(made.encode()).hexdigest()[:32] for name, made in made_from.items()}
    # An entry that is gone has no stamp of its own, so the calendar as a whole has one.
    stamps = roadmap.stamp_entries(digests | {WHOLE: sha256("".join(digests.values()).encode()).hexdigest()[:32]}, at=at)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Even Keel//EN")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, _("Days"))
    # RFC 7986 requires the type of the value.
    calendar.add("refresh-interval", timedelta(hours=12), {"value": "DURATION"})
    if zone:
        calendar.add_component(zone)
    for name, event in events.items():
        for stamp in ("dtstamp", "last-modified"):
            event.add(stamp, stamps[name])
        calendar.add_component(event)
    return CalendarFile(calendar.to_ical(), stamps[WHOLE])


def _event(name: str, words: str, account: Account) -> Event:
    event = Event()
    # The same in every file and every fetch, so that a calendar moves an entry instead of duplicating it.
    event.add("uid", str(uuid5(account.pk, name)))
    event.add("summary", words)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event


def _whole_day(entry: CalendarEntry, account: Account) -> Event:
    """An all-day entry has no time zone, so it is the same day everywhere."""
    event = _event(entry.name, entry.words, account)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + ONE_DAY)
    if entry.again_until:
        event.add("rrule", {"freq": "daily", "interval": REVIEW_AFTER.days, "until": entry.again_until})
    return event


def _nudge(first: datetime, account: Account) -> Event:
    """Every day at the same time on the person's wall clock, summer and winter."""
    event = _event(NUDGE, nudge_words(), account)
    event.add("dtstart", first)
    event.add("duration", NUDGE_LASTS)
    event.add("rrule", {"freq": "daily"})
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", nudge_words())
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    return event


def new_token(account: Account) -> str:
    """A token for an address. Only this server can tell which account it belongs to."""
    return urlsafe_b64encode(account.pk.bytes + secrets.token_bytes(SECRET_BYTES)).decode().rstrip("=")


def digest(token: str) -> str:
    """The hash that is stored. A fast one is enough, because the token cannot be guessed."""
    return sha256(token.encode()).hexdigest()


def account_of(token: str) -> Account | None:
    """The account a token names, None if it is no token. The account's roadmap decides whether the token is still valid."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + SECRET_BYTES:
        return None
    return Account.objects.filter(pk=UUID(bytes=raw[:16])).first()
