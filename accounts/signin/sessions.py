"""Sessions in PostgreSQL. A copy of the database cannot be used to sign in (docs/security.md, R12, R13 and R15).

Only a hash of the session key is stored, and the data is sealed. The owner and the end time are stored in the clear. A session ends some
minutes after the last request, as many as the account has chosen, and in any case twelve hours after signing in.
"""

import base64
from collections.abc import Collection, Iterable
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.exceptions import SessionInterrupted
from django.utils import timezone

from accounts.compiled import CompiledQuery
from accounts.vault import sealing

if TYPE_CHECKING:
    from accounts.models import Account

MAX_LIFETIME = timedelta(seconds=settings.SESSION_COOKIE_AGE)
# The end time is moved at most this often. Writing on every page view would be slow and would record exact visit times.
STEP = timedelta(minutes=1)

SEALING = b"accounts_session.session_data"

# The kind of browser, by what the name it sends contains. The first that fits is it; most pretend to be some of the later ones.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}


class RefusedSessions:
    """Digests of sessions that have ended while the database could not be told (accounts.signin.ending): no request believes them.

    Each is a file without content, so that every process on this machine knows. Where no file can be written, this process alone does.
    """

    folder = settings.VAR_DIR / "ended"

    def __init__(self) -> None:
        self._here: set[str] = set()

    def __contains__(self, digest: str) -> bool:
        return digest in self._here or (self.folder / digest).exists()

    def add(self, digests: Iterable[str]) -> None:
        self._here.update(digests)
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for digest in digests:
                (self.folder / digest).touch(mode=0o600)

    def discard(self, digests: Iterable[str]) -> None:
        self._here.difference_update(digests)
        with suppress(OSError):
            for digest in digests:
                (self.folder / digest).unlink(missing_ok=True)

    def left_over(self) -> set[str]:
        """Those that a process wrote down and did not come to delete."""
        return {path.name for path in self.folder.iterdir()} if self.folder.is_dir() else set()


refused = RefusedSessions()

_owner: ContextVar["Account | None"] = ContextVar("owner", default=None)


def owner_of_the_last_read() -> "Account | None":
    """The owner of the session that this thread read last; None if it had no owner."""
    return _owner.get()


def digest(session_key: str) -> str:
    return sha256(session_key.encode()).hexdigest()


def browser(user_agent: str) -> str:
    """The family of a browser, and nothing more of what it says; empty if we know none."""
    return next((name for sign, name in BROWSERS.items() if sign in user_agent), "")


def delete_stored(digests: Collection[str]) -> int:
    """Delete the stored sessions with these digests; returns how many there were."""
    return SessionStore.get_model_class()._default_manager.filter(session_key__in=digests).delete()[0]


def _live_session(session_digest: str, at: datetime) -> Any:
    """The session with that digest, if it has not ended at the moment `at`, and its owner with it."""
    sessions = SessionStore.get_model_class()._default_manager.select_related("owner")  # type: ignore[misc]
    return sessions.filter(session_key=session_digest, expire_date__gt=at)[:1]


_live = CompiledQuery(_live_session, "a digest", datetime.min.replace(tzinfo=UTC))


class SessionStore(db.SessionStore):
    """Django's database sessions, looked up by the hash of their key."""

    # How long a signed-in session lasts without a request; `keep_alive` sets the account's own.
    idle_minutes = 15
    _ends: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        return apps.get_model("accounts", "Session")

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        session: Any = None
        if self.session_key and digest(self.session_key) not in refused:
            session = next(iter(_live(digest(self.session_key), timezone.now())), None)
        _owner.set(session and session.owner)
        if session is None:
            self._session_key = None
        else:
            self._ends = session.expire_date
        return session

    def encode(self, session_dict: dict[str, Any]) -> str:
        plain = sealing.pad(self.serializer().dumps(session_dict))
        return base64.b64encode(sealing.seal_by_program(plain, SEALING)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What a session holds. One that cannot be opened, as after a key was retired, holds nothing: its owner signs in again."""
        try:
            plain = sealing.open_by_program(base64.b64decode(session_data), SEALING)
        except (sealing.CannotBeRead, ValueError):
            return {}
        return self.serializer().loads(sealing.unpad(plain))

    def keep_alive(self, idle_minutes: int, *, at: datetime) -> None:
        """Move the end of this stored session, because the person is still active."""
        self.idle_minutes = idle_minutes
        ends = self._end(at)
        if self._ends is None or self._ends < ends - STEP or self._ends > ends:
            self.model.objects.filter(session_key=digest(self.session_key or "")).update(expire_date=ends)
            self._ends = ends

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        return self._end(timezone.now())

    def _end(self, at: datetime) -> datetime:
        if SESSION_KEY not in self:
            return at + MAX_LIFETIME
        return min(self.signed_in_at + MAX_LIFETIME, at + timedelta(minutes=self.idle_minutes))

    @property
    def signed_in_at(self) -> datetime:
        return datetime.fromtimestamp(self["signed_in_at"], UTC)

    def cycle_key(self) -> None:
        """Give the session another key. Raises SessionInterrupted if it has ended in the meantime: nothing revives it (R74)."""
        data, key = self._session, self.session_key  # type: ignore[attr-defined]
        if key and not delete_stored({digest(key)}):
            raise SessionInterrupted("The session has ended.")
        self.create()
        self._session_cache = data

    def exists(self, session_key: str) -> bool:
        return super().exists(digest(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        if SESSION_KEY in data:
            data.setdefault("signed_in_at", timezone.now().timestamp())
        session = super().create_model_instance(data)
        session.session_key = digest(session.session_key)
        session.owner_id = data.get(SESSION_KEY)  # type: ignore[attr-defined]
        return session

    def delete(self, session_key: str | None = None) -> None:
        session_key = session_key or self.session_key
        if session_key:
            super().delete(digest(session_key))
