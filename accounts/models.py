import uuid
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.validators import URLValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import local_day
from accounts.signin import ending, recovery
from accounts.signin.names import MAX_TYPED_CHARS, fold, random_name
from accounts.signin.sessions import SessionStore, digest
from accounts.vault import sealing
from accounts.vault.account_fields import OwnSealedCharField, OwnSealedDateTimeField, OwnSealedURLField
from accounts.vault.models import Area, private_models
from accounts.vault.scope import acting_for


class AccountManager(BaseUserManager["Account"]):
    def named(self, name: str) -> models.QuerySet["Account"]:
        """The account of that name in any spelling (`accounts.signin.names.fold`); none for a text that is no name."""
        return self.filter(folded_name=fold(self.model.normalize_username(name)))

    def unused_name(self) -> str:
        """A made-up name that no account has."""
        while self.named(name := random_name()).exists():
            pass
        return name

    def recover(self, name: str, code: str, passphrase: str) -> str:
        """Give the account of that name a new passphrase if `code` is its recovery code, and return its next one; empty if it is not.

        The code is used up in the same statement that asks for it, so that it works once, also when sent twice at once.
        """
        account = self.named(name).first()
        if account is None:
            return ""
        used, code = recovery.digest(account.pk, code), recovery.new_code()
        fresh = recovery.digest(account.pk, code)
        if not self.filter(pk=account.pk, recovery_code_hash=used).update(recovery_code_hash=fresh):
            return ""
        account.change_passphrase(passphrase)
        return code

    def create_user(self, name: str, password: str | None = None, **fields: object) -> "Account":
        """A new account; without a password no one can sign in to it."""
        account = self.model(name=self.model.normalize_username(name), **fields)
        account.set_password(password)
        with transaction.atomic():
            account.save(using=self._db)
            account.create_defaults()
        return account


# What the settings can be: hours of the clock, and minutes.
DAY_STARTS = range(7)
ALLOWED_MINUTES = {"blank_minutes": (1, 2, 5, 10, 15, 30, 60), "idle_minutes": (5, 10, 15, 20, 30, 45, 60)}


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the device has it")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class FoldedNameField(models.CharField):  # type: ignore[type-arg]
    """The name of the row as it is compared; written whenever the row is."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        folded = fold(getattr(model_instance, "name", ""))
        setattr(model_instance, self.attname, folded)
        return folded


class Account(AbstractBaseUser):
    """A person: how they sign in, which day it is for them, and the wrapped key to what they write."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=64)
    folded_name = FoldedNameField(max_length=MAX_TYPED_CHARS, editable=False)
    joined_at = OwnSealedDateTimeField(default=timezone.now, editable=False)
    data_key = models.BinaryField(default=sealing.new_data_key)
    email = OwnSealedCharField(max_length=254, blank=True)
    recovery_code_hash = models.CharField(max_length=128, blank=True)

    time_zone = models.CharField(_("Time zone"), max_length=64, blank=True, default="")
    # The hour at which a new day begins: what is written at one in the morning belongs to the evening before.
    day_start = models.PositiveSmallIntegerField(_("A new day begins at"), default=3)
    country = OwnSealedCharField(max_length=2, blank=True)
    theme = models.CharField(_("Light or dark"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    leave_address = OwnSealedURLField(_("Where Leave goes"), blank=True, validators=[URLValidator(schemes=["http", "https"])])
    # After how many quiet minutes the server ends a session, and after how many an open page puts itself away.
    idle_minutes = models.PositiveSmallIntegerField(_("You are signed out after"), default=15)
    blank_minutes = models.PositiveSmallIntegerField(_("An open page hides itself after"), default=5)
    # Whether they signed in again after the visit in which they signed up. A private plan cannot be seen, so an account with nothing else
    # in it is deleted as unused only if this is not set (docs/security.md, R83).
    has_returned = models.BooleanField(default=False, editable=False)
    # Whether they have read, before their first use, what Leave cannot do.
    told_about_leave = models.BooleanField(default=False)
    # How often they have said that they want no recovery code, and when last.
    code_refusals = models.PositiveSmallIntegerField(default=0)
    code_refused_on = models.DateField(null=True, blank=True)
    paused_since = models.DateField(_("Paused since"), null=True, blank=True)
    # Whether each visit begins with the words covered (accounts.requests.is_covered).
    opens_covered = models.BooleanField(_("Your days open with"), default=False)

    # Not stored: it would record exact visit times.
    last_login = None

    objects = AccountManager()

    USERNAME_FIELD = "name"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folded_name"], name="account_name_unique", violation_error_message=_("This name is taken.")),
            models.CheckConstraint(condition=models.Q(day_start__lte=6), name="account_day_start_in_range"),
            models.CheckConstraint(condition=models.Q(theme__in=Theme.values), name="account_theme_known"),
            models.CheckConstraint(condition=models.Q(idle_minutes__range=(5, 60)), name="account_idle_minutes_in_range"),
            models.CheckConstraint(condition=models.Q(blank_minutes__range=(1, 60)), name="account_blank_minutes_in_range"),
        ]

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """A name in the one form in which it is stored and looked for, however another keyboard puts its letters together.

        Text that is too long for a name is returned unchanged, because normalising thousands of accents would take seconds.
        """
        username = username.strip()
        return super().normalize_username(username).strip() if len(username) <= MAX_TYPED_CHARS else username

    def create_defaults(self) -> None:
        """Make the rows that every account has from its first day and this one does not have yet."""
        with acting_for(self):
            for model in private_models():
                model.create_defaults(self)

    def reseal(self) -> None:
        """Seal again what would otherwise show by its bytes when it was last changed. Done at each sign-in, so that only that shows."""
        with acting_for(self):
            for model in private_models():
                model.reseal(self)

    def delete_expired(self, *, at: datetime) -> None:
        """Delete what was kept for a limited time that is over at the moment `at`."""
        with acting_for(self):
            for model in private_models():
                model.delete_expired(self, at=at)

    def delete_area(self, area: Area) -> None:
        """Delete an area, with drafts, uploads and deleted days, which may hold words of it; it is then as on the first day."""
        for model in private_models():
            if model.area in (area, Area.OTHER):
                model._default_manager.filter(account=self).delete()
        if area == Area.CHECKINS:
            self.paused_since = None
            self.save(update_fields=["paused_since"])
        for model in private_models():
            if model.area == area:
                model.create_defaults(self)
            model.forget_deleted(self)

    def delete_with_data(self) -> None:
        """Delete the account and everything in it, also what is saved at the same moment."""
        self.sessions.all().delete()
        for model in private_models():
            model._default_manager.filter(account=self).delete()
        # A save under way has either passed before this lock, and its row is deleted below, or finds no account any more. The lock comes
        # last so that a request that waits for us holds nothing that we wait for.
        Account.objects.select_for_update().filter(pk=self.pk).first()
        self.delete()

    def new_recovery_code(self) -> str:
        """A recovery code, of which only a hash is kept. The one before no longer works."""
        code = recovery.new_code()
        self.recovery_code_hash = recovery.digest(self.pk, code)
        self.save(update_fields=["recovery_code_hash"])
        return code

    def offers_recovery_code(self, today: date) -> bool:
        """Until one is made or refused; then once more after a week, and never again."""
        if self.recovery_code_hash or self.code_refusals > 1:
            return False
        return self.code_refused_on is None or today >= self.code_refused_on + timedelta(days=7)

    def refuse_recovery_code(self, today: date) -> None:
        self.code_refusals, self.code_refused_on = self.code_refusals + 1, today
        self.save(update_fields=["code_refusals", "code_refused_on"])

    def change_passphrase(self, passphrase: str, *, keep: str = "") -> None:
        """Store a new passphrase and end every session, except the one whose key is `keep`."""
        self.set_password(passphrase)
        self.save(update_fields=["password"])
        ending.end(self.sessions.others(keep).values_list("pk", flat=True))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days are counted: UTC while none was chosen, or where this machine does not know the one that was."""
        return local_day.zone_of(self.time_zone) or ZoneInfo("UTC")

    @property
    def asks_time_zone(self) -> bool:
        """Whether the time zone is unknown: the browser did not give it at sign-up, and the person has not chosen one since."""
        return not self.time_zone

    @property
    def time_zone_is_known(self) -> bool:
        """Whether this machine knows the time zone that was chosen. Its list may be older than the one it was chosen from (R87)."""
        return not self.time_zone or local_day.zone_of(self.time_zone) is not None

    def local_day(self, at: datetime) -> date:
        """The day that the moment `at` belongs to for this person."""
        return local_day.local_day(at, self.zone, self.day_start)


class SessionQuerySet(models.QuerySet["Session"]):
    # With so many, one more sign-in ends the one that was used longest ago.
    MAX_PER_ACCOUNT = 50

    def live(self, *, at: datetime) -> "SessionQuerySet":
        """Sessions that have not ended, the latest to be used first."""
        return self.filter(expire_date__gt=at).order_by("-expire_date")

    def end_surplus(self) -> None:
        """End those that were used longest ago, so that there is room for another."""
        ending.end(self.order_by("-expire_date").values_list("pk", flat=True)[self.MAX_PER_ACCOUNT - 1 :])

    def others(self, session_key: str) -> "SessionQuerySet":
        """All but the one whose key is in this browser's cookie."""
        return self.exclude(session_key=digest(session_key))


class Session(AbstractBaseSession):
    """A session; `session_key` holds the SHA-256 of the key in the cookie, `session_data` is sealed (`accounts.signin.sessions`)."""

    session_key = models.CharField(max_length=64, primary_key=True)
    # Without the index that Django has on it: it is moved every minute of use, and with one each move rewrote every index of the table.
    # Those that have ended are looked for at each sign-in, and are gone then, so there are never many.
    expire_date = models.DateTimeField()
    # Whose it is once they have signed in, so that it can be ended from elsewhere and goes with the account.
    owner = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, editable=False, related_name="sessions")

    objects = SessionQuerySet.as_manager()  # type: ignore[misc, assignment]

    @property
    def browser(self) -> str:
        """The family of the browser it was opened with, empty if unknown."""
        browser: str = self.get_decoded().get("browser", "")
        return browser

    @property
    def signed_in_at(self) -> datetime | None:
        """When it was opened; None when its data cannot be read any more."""
        stamp = self.get_decoded().get("signed_in_at")
        return datetime.fromtimestamp(stamp, UTC) if stamp else None

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class VisitQuerySet(models.QuerySet["Visit"]):
    # Accounts whose rows are sealed again in one transaction.
    BATCH = 100

    def note(self, account: Account) -> None:
        """Note that the account has a session."""
        Visit.objects.bulk_create([Visit(account=account)], ignore_conflicts=True)

    def reseal(self, *, at: datetime) -> int:
        """Seal again what must not show who has written (docs/security.md, R86), for each account that had a session since the last time;
        returns how many could not be, because no key opens them.

        In the order of their ids, so that the order reveals nothing. An account whose last session has ended by `at` is then forgotten.
        """
        unopened, last = 0, uuid.UUID(int=0)
        while True:
            with transaction.atomic():
                visits = list(self.filter(account_id__gt=last).select_related("account").order_by("account_id")[: self.BATCH])
                # Forgotten before: who signs in meanwhile waits here, and is noted again.
                ended = self.filter(account__in=[visit.account_id for visit in visits])
                ended.exclude(account__in=Session.objects.live(at=at).exclude(owner=None).values("owner")).delete()
                for visit in visits:
                    try:
                        visit.account.reseal()
                    except sealing.CannotBeRead:
                        unopened += 1
            if not visits:
                return unopened
            last = visits[-1].account_id


class Visit(models.Model):
    """That an account had a session since its rows were last sealed again."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="visit")

    objects = VisitQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.account_id)
