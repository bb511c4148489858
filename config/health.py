"""Health checks for proxies and monitors (docs/security.md, R71): up or down, without any detail."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Account
from accounts.requests import PLAIN_TEXT
from accounts.vault import sealing
from config.policy import policy


@policy(public=True, urgent=True, without_database=("GET", "HEAD"))
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process is up."""
    return HttpResponse("up", content_type=PLAIN_TEXT)


@policy(public=True, urgent=True, without_database=("GET", "HEAD"))
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration, and the keys open it; 503 if not."""
    try:
        complete = _migrations() <= MigrationRecorder(connection).applied_migrations().keys() and _keys_open_it()
    except DatabaseError:
        complete = False
    if complete:
        return HttpResponse("up", content_type=PLAIN_TEXT)
    return HttpResponse("down", status=503, content_type=PLAIN_TEXT, headers={"Retry-After": "30"})


def _keys_open_it() -> bool:
    """Whether one account's key opens: the first, which is also the first that `rotate_keys` seals again. True without accounts."""
    data_key = Account.objects.order_by("pk").values_list("data_key", flat=True).first()
    try:
        return data_key is None or bool(sealing.unwrap(data_key))
    except sealing.CannotBeRead:
        return False


@cache
def _migrations() -> set[tuple[str, str]]:
    """App and name of each migration that the program comes with."""
    return set(MigrationLoader(None).disk_migrations)
