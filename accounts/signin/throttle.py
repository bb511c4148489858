"""How fast passphrases and codes may be guessed (docs/security.md, R53 to R55).

Whoever guesses is slowed; nobody's account is ever locked, or a partner could keep its owner out. What is counted is counted for a name
from one network, for an account from one network, and for a network. At the door, a browser in which the account's passphrase has been
given before is counted by itself, so that guesses from elsewhere, even from the same home, do not touch it. What ended well costs nothing,
except where there could be too much of it.

A view names its buckets in its policy (config.policy.Throttle). The middleware consumes and refunds outside the request's transaction: what
was consumed stays consumed if the request is rolled back, and no request waits while another's passphrase is hashed.
"""

import ipaddress
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import Account
from accounts.signin import reauthentication
from accounts.signin.names import fold

KNOWN_COOKIE = settings.KNOWN_COOKIE_NAME


@dataclass(frozen=True)
class Limit:
    """`burst` tries at once, then `more` every `seconds`."""

    burst: int
    more: int
    seconds: int


BY_NAME = Limit(burst=10, more=1, seconds=30)
BY_NETWORK = Limit(burst=300, more=50, seconds=10)
# A code of six figures is guessed sooner than a passphrase, though only by who has the passphrase.
CODES = Limit(burst=5, more=1, seconds=60)
# A school or a mobile network is one network, too.
SIGN_UPS = Limit(burst=600, more=10, seconds=10)


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
    """The tries that are left for something. A bucket that is full again needs no row."""

    # A keyed hash of what is counted.
    key = models.CharField(max_length=64, primary_key=True)
    tokens = models.PositiveIntegerField()
    filled_at = models.DateTimeField()

    limit: Limit

    class Meta:
        app_label = "accounts"

    def __str__(self) -> str:
        return self.key

    @classmethod
    def of(cls, limit: Limit, *parts: str) -> "TokenBucket":
        """The bucket for these parts, of which only a keyed hash is stored: no name and no address."""
        text = "\n".join(parts).encode(errors="surrogatepass")
        bucket = cls(key=salted_hmac("accounts.signin.throttle", text, algorithm="sha256").hexdigest())
        bucket.limit = limit
        return bucket

    def consume(self) -> bool:
        """Use one try up; False if there was none left. One statement, so that of many at once no more pass than may."""
        with connection.cursor() as cursor:
            cursor.execute(_CONSUME, {"key": self.key} | asdict(self.limit))
            return cursor.fetchone() is not None

    def refund(self) -> None:
        """Give one try back."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_tokenbucket SET tokens = least(tokens + 1, %s) WHERE key = %s", [self.limit.burst, self.key])

    @classmethod
    def delete_expired(cls, *, at: datetime) -> None:
        """Delete the buckets that were not used for an hour before `at`: they are full again."""
        cls.objects.filter(filled_at__lt=at - timedelta(hours=1)).delete()


Buckets = Callable[[HttpRequest], Iterable[TokenBucket]]


def by_name(kind: str, name_of: Callable[[HttpRequest], str], limit: Limit = BY_NAME) -> Buckets:
    """Tries of `kind` for a name: in a browser that knows the account by that alone, else by name and network, and by network."""

    def buckets(request: HttpRequest) -> list[TokenBucket]:
        name = fold(Account.normalize_username(name_of(request)))
        if browser := _browser_that_knows(request, name):
            return [TokenBucket.of(limit, kind, "browser", browser)]
        return [*by_network(kind)(request), TokenBucket.of(limit, kind, "name", name, network(request))]

    return buckets


def by_network(kind: str, limit: Limit = BY_NETWORK) -> Buckets:
    return lambda request: [TokenBucket.of(limit, kind, "network", network(request))]


def by_account(kind: str) -> Buckets:
    """Tries of `kind` for the account that is signed in, from one network.

    By session or by browser there would be no end of them: whoever can sign in, also by the device's passkey alone, has a new one as often
    as they like. An owner who has to wait for somebody else's tries from the same home can go on in another network; where it is their
    passphrase that is asked for, signing in anew says it too, and that is counted for their browser by itself.
    """
    return lambda request: [TokenBucket.of(BY_NAME, kind, "account", str(request.user.pk), network(request))]


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
    """Let the browser be known as one in which this account's passphrase was given. Forgotten when it is closed, and by Leave.

    A passkey makes none known: whoever unlocks the device could go on guessing the passphrase in ever new ones.
    """
    name = fold(request.user.get_username())
    if _browser_that_knows(request, name) or not reauthentication.was_ever_asked(request):
        return
    browser = secrets.token_urlsafe(16)
    response.set_cookie(
        KNOWN_COOKIE, f"{browser}.{_signature(browser, name)}", secure=settings.COOKIES_SECURE, httponly=True, samesite="Lax"
    )


def _browser_that_knows(request: HttpRequest, name: str) -> str:
    """What tells this browser from others, if it has signed in to the account of that name before; else empty."""
    browser, _, signature = request.COOKIES.get(KNOWN_COOKIE, "").partition(".")
    return browser if constant_time_compare(signature, _signature(browser, name)) else ""


def _signature(browser: str, name: str) -> str:
    return salted_hmac(
        "accounts.signin.throttle.known", f"{browser}\n{name}".encode(errors="surrogatepass"), algorithm="sha256"
    ).hexdigest()
