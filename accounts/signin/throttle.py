"""How fast passphrases and codes may be guessed (docs/security.md, R53 to R55).

Guessing is slowed. No account is ever locked, because a partner could use that to keep its owner out. Attempts are counted for a name from
one network, for an account from one network, and for a network. Two rules let the owner sign in while someone guesses from the same home:

- A browser in which the account's present passphrase was given is counted by itself. Its failures count for its network too, which never
  refuses it. A new passphrase ends that (R84).
- A browser that was refused gets a turn: a cookie with which, half a minute later, it has tries that a guesser who does not wait cannot
  use up (R83). A guesser who waits too gets twice the attempts.

A view names its buckets in its policy (config.policy.Throttle). The middleware consumes and refunds outside the request's transaction: what
was consumed stays consumed if the request is rolled back, and no request waits while another's passphrase is hashed.
"""

import ipaddress
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import Account
from accounts.signin import reauthentication
from accounts.signin.names import fold

KNOWN_COOKIE = settings.KNOWN_COOKIE_NAME
TURN_COOKIE = f"{settings.COOKIE_PREFIX}turn"
# How long after it was refused a browser may use its turn.
TURN_ENDS_S = 300

_turn_signer = Signer(salt="accounts.signin.throttle.turn")


@dataclass(frozen=True)
class RateLimit:
    """`burst` attempts at once, then `more` every `seconds`."""

    burst: int
    more: int
    seconds: int


BY_NAME = RateLimit(burst=10, more=1, seconds=30)
BY_NETWORK = RateLimit(burst=300, more=50, seconds=10)
# A code of six digits is easier to guess than a passphrase, but only by someone who has the passphrase.
CODES = RateLimit(burst=5, more=1, seconds=60)
# Invitation codes cannot be guessed; this keeps those who try from keeping the server busy. A waiting room is one network.
INVITATIONS = RateLimit(burst=20, more=1, seconds=15)
# A school or a mobile network is one network too.
SIGN_UPS = RateLimit(burst=600, more=10, seconds=10)
# A search opens everything that an account has written (docs/security.md, R81).
SEARCHES = RateLimit(burst=30, more=1, seconds=5)


class TooManySignUps(Exception):
    """The site's daily limit of new accounts is reached."""


def count_sign_up() -> None:
    """Count an account that was just made. Raises TooManySignUps (docs/security.md, R83)."""
    a_day = settings.SIGN_UPS_PER_DAY
    if not TokenBucket.of(RateLimit(burst=a_day, more=-(-a_day // 24), seconds=3600), "sign-up", "site").consume():
        raise TooManySignUps


# Only whole portions are added, so that the time of the last one is never lost to rounding.
_PORTIONS = "floor(extract(epoch FROM clock_timestamp() - bucket.filled_at) / %(seconds)s)"
_CONSUME = f"""
INSERT INTO accounts_tokenbucket AS bucket (key, tokens, filled_at) VALUES (%(key)s, %(burst)s - 1, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET
    tokens = least(%(burst)s, bucket.tokens + %(more)s * {_PORTIONS}) - 1,
    filled_at = bucket.filled_at + {_PORTIONS} * make_interval(secs => %(seconds)s)
WHERE bucket.tokens + %(more)s * {_PORTIONS} >= 1
RETURNING tokens
"""  # noqa: S608, put together from constants


class TokenBucket(models.Model):
    """The attempts that are left. A bucket that is full again has no row."""

    # A keyed hash of what is counted.
    key = models.CharField(max_length=64, primary_key=True)
    tokens = models.PositiveIntegerField()
    filled_at = models.DateTimeField()

    limit: RateLimit
    # Whether a request is refused when no try is left; else tries are only counted.
    refuses = True
    # Whether a browser that is refused gets a turn (`offer_turn`).
    gives_turns = False

    class Meta:
        app_label = "accounts"

    def __str__(self) -> str:
        return self.key

    @classmethod
    def of(cls, limit: RateLimit, *parts: str) -> "TokenBucket":
        """The bucket for these parts, of which only a keyed hash is stored: no name and no address."""
        text = "\n".join(parts).encode(errors="surrogatepass")
        bucket = cls(key=salted_hmac("accounts.signin.throttle", text, algorithm="sha256").hexdigest())
        bucket.limit = limit
        return bucket

    def consume(self) -> bool:
        """Use up one attempt; False if none was left. It is one statement, so concurrent requests cannot exceed the limit."""
        with connection.cursor() as cursor:
            cursor.execute(_CONSUME, {"key": self.key} | asdict(self.limit))
            return cursor.fetchone() is not None or not self.refuses

    def refund(self) -> None:
        """Give one try back."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_tokenbucket SET tokens = least(tokens + 1, %s) WHERE key = %s", [self.limit.burst, self.key])

    @classmethod
    def delete_expired(cls, *, at: datetime) -> None:
        """Delete the buckets that were not used for a day before `at`: they are full again."""
        cls.objects.filter(filled_at__lt=at - timedelta(days=1)).delete()


Buckets = Callable[[HttpRequest], Iterable[TokenBucket]]


def by_name(kind: str, name_of: Callable[[HttpRequest], str], limit: RateLimit = BY_NAME) -> Buckets:
    """Tries of `kind` for a name: in a browser that knows the account by that alone, else by name and network, and by network."""

    def buckets(request: HttpRequest) -> list[TokenBucket]:
        name = fold(Account.normalize_username(name_of(request)))
        of_network = by_network(kind)(request)
        if browser := _known_browser(request, name):
            for bucket in of_network:
                bucket.refuses = False
            return [TokenBucket.of(limit, kind, "browser", browser), *of_network]
        of_name = TokenBucket.of(limit, kind, "name", name, network(request))
        of_name.gives_turns = True
        if _has_turn(request, of_name):
            of_name = TokenBucket.of(replace(limit, burst=1), kind, "turn", name, network(request))
        return [*of_network, of_name]

    return buckets


def offer_turn(request: HttpRequest, response: HttpResponse, buckets: Iterable[Any]) -> None:
    """Give a refused browser its turn, unless it has one: a cookie that names the bucket and the moment, signed."""
    for bucket in buckets:
        if getattr(bucket, "gives_turns", False) and _turn_age(request, bucket) is None:
            turn = _turn_signer.sign(f"{bucket.key}.{int(time.time())}")
            response.set_cookie(TURN_COOKIE, turn, max_age=TURN_ENDS_S, secure=settings.COOKIES_SECURE, httponly=True, samesite="Lax")


def _has_turn(request: HttpRequest, bucket: TokenBucket) -> bool:
    age = _turn_age(request, bucket)
    return age is not None and age >= bucket.limit.seconds / bucket.limit.more


def _turn_age(request: HttpRequest, bucket: TokenBucket) -> float | None:
    """How many seconds ago this browser was refused a try of `bucket`; None if it was not, or that is over."""
    try:
        key, _, moment = _turn_signer.unsign(request.COOKIES.get(TURN_COOKIE, "")).partition(".")
    except BadSignature:
        return None
    age = time.time() - int(moment)
    return age if key == bucket.key and 0 <= age < TURN_ENDS_S else None


def by_network(kind: str, limit: RateLimit = BY_NETWORK) -> Callable[[HttpRequest], list[TokenBucket]]:
    return lambda request: [TokenBucket.of(limit, kind, "network", network(request))]


def by_account(kind: str, limit: RateLimit = BY_NAME) -> Buckets:
    """Tries of `kind` for the account that is signed in, from one network.

    Counting by session or browser would set no limit: anyone who can sign in, even only with the device's passkey, gets new sessions at
    will. An owner who has to wait because of someone else's attempts from the same home can use another network. Where the sign-in
    passphrase is asked for, the owner can also sign in again, which is counted for their browser alone.
    """
    return lambda request: [TokenBucket.of(limit, kind, "account", str(request.user.pk), network(request))]


def posted(field: str) -> Callable[[HttpRequest], str]:
    return lambda request: request.POST.get(field, "")


def network(request: HttpRequest) -> str:
    """Where a request comes from: the address, of IPv6 the first half. Believes only what TRUSTED_PROXIES proxies of ours have added."""
    passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    told = passed[-settings.TRUSTED_PROXIES].strip() if 0 < settings.TRUSTED_PROXIES <= len(passed) else ""
    for address in (told, request.META.get("REMOTE_ADDR", "")):
        with suppress(ValueError):
            parsed = ipaddress.ip_address(address)
            # An IPv4 address as a socket for both kinds writes it; all of them have the first half in common.
            parsed = getattr(parsed, "ipv4_mapped", None) or parsed
            return str(ipaddress.ip_network((parsed, 64 if parsed.version == 6 else 32), strict=False))
    return ""


def make_known(request: HttpRequest, response: HttpResponse) -> None:
    """Mark the browser as one in which this account's passphrase was given. The mark ends with the browser, with Leave, and with a new
    passphrase.

    A passkey marks none: a person who unlocks the device could go on guessing the passphrase in one new browser after another.
    """
    account: Account = request.user  # type: ignore[assignment]
    if _is_marked(request, account) or not reauthentication.was_ever_asked(request):
        return
    browser = secrets.token_urlsafe(16)
    mark = f"{browser}.{_mark(browser, account)}"
    response.set_cookie(KNOWN_COOKIE, mark, secure=settings.COOKIES_SECURE, httponly=True, samesite="Lax")


def _known_browser(request: HttpRequest, name: str) -> str:
    """What tells this browser from others, if the present passphrase of the account of that name was given in it; else empty."""
    if KNOWN_COOKIE not in request.COOKIES:
        return ""
    account = Account.objects.filter(folded_name=name).first()
    return request.COOKIES[KNOWN_COOKIE].partition(".")[0] if account and _is_marked(request, account) else ""


def _is_marked(request: HttpRequest, account: Account) -> bool:
    browser, _, mark = request.COOKIES.get(KNOWN_COOKIE, "").partition(".")
    return constant_time_compare(mark, _mark(browser, account))


def _mark(browser: str, account: Account) -> str:
    """Changes with the browser, the account and its passphrase."""
    parts = f"{browser}\n{account.pk}\n{account.get_session_auth_hash()}".encode(errors="surrogatepass")
    return salted_hmac("accounts.signin.throttle.known", parts, algorithm="sha256").hexdigest()
