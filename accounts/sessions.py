"""Sessions in PostgreSQL, of whose keys only a hash is stored: a copy of the database signs nobody in (SAFETY.md, R12)."""

from hashlib import sha256
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone


def digest(session_key: str) -> str:
    return sha256(session_key.encode()).hexdigest()


class SessionStore(db.SessionStore):
    """Django's database sessions, looked up by the hash of their key."""

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        from accounts.models import Session

        return Session

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        session = None
        if self.session_key:
            session = self.model.objects.filter(session_key=digest(self.session_key), expire_date__gt=timezone.now()).first()
        if session is None:
            self._session_key = None
        return session

    def exists(self, session_key: str) -> bool:
        return super().exists(digest(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        session = super().create_model_instance(data)
        session.session_key = digest(session.session_key)
        return session

    def delete(self, session_key: str | None = None) -> None:
        session_key = session_key or self.session_key
        if session_key:
            super().delete(digest(session_key))
