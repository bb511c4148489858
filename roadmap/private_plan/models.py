import logging
from dataclasses import replace
from datetime import date, datetime

from django.db import models
from django.db.models import Q

from accounts.autosave.models import refuse_conflict
from accounts.models import Account
from accounts.vault import scope, sealing
from accounts.vault.models import Area, PrivateModel
from roadmap.private_plan import lock
from roadmap.private_plan.contents import PlanContents, PlanEntry, entries_of
from roadmap.private_plan.lock import CannotUnlock, KeyDerivationCost, PlanTooLong

logger = logging.getLogger(__name__)

_PURPOSE = b"roadmap_privateplan.blob:"


class PrivatePlan(PrivateModel):
    """One account's private plan, or what looks like one; see the package's docstring. Nothing but `blob` ever changes in a row."""

    area = Area.PLAN

    salt = models.BinaryField()
    memory_kib = models.PositiveIntegerField()
    passes = models.PositiveSmallIntegerField()
    lanes = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    blob = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], name="plan_one_each"),
            models.CheckConstraint(condition=Q(version=1), name="plan_version_known"),
        ]

    def __str__(self) -> str:
        return "plan"

    @classmethod
    def create_defaults(cls, account: Account) -> None:
        """The unused row that every account starts with."""
        cost = KeyDerivationCost()
        figures = {"memory_kib": cost.memory_kib, "passes": cost.passes, "lanes": cost.lanes}
        PrivatePlan.objects.bulk_create(
            [PrivatePlan(account=account, salt=lock.new_salt(), blob=unused(), **figures)], ignore_conflicts=True
        )

    @classmethod
    def reseal(cls, account: Account) -> None:
        """Renew the outer seal, so that a copy of another day does not show in whose plan something was written."""
        plan = cls.of(account, to_write=True)
        try:
            plan.blob = _sealed_outside(plan._inside)
            cls.rewrite_rows([plan])
        except sealing.CannotBeRead:
            # The person who opens it gets an error message.
            logger.error("A value in %s.blob cannot be opened.", cls._meta.db_table)

    @classmethod
    def of(cls, account: Account, *, to_write: bool = False) -> "PrivatePlan":
        """The account's plan; `to_write` locks it until the transaction ends."""
        rows = account.privateplans.select_for_update() if to_write else account.privateplans
        plan = rows.first()
        if plan is None:
            # The account was made by a version without private plans.
            cls.create_defaults(account)
            plan = rows.get()
        return plan

    @property
    def cost(self) -> KeyDerivationCost:
        return KeyDerivationCost(self.memory_kib, self.passes, self.lanes)

    def open_with(self, typed: str) -> bytes:
        """The plan's key by its phrase or its code. Raises CannotUnlock, after the same work; CannotBeRead if the row was changed."""
        inside = self._inside
        key = lock.key_of(inside, self._derive(typed))
        lock.body_of(inside, key)
        return key

    def read(self, key: bytes) -> PlanContents:
        """What it holds. Raises CannotUnlock if this is not, or no longer, its key."""
        try:
            return PlanContents.from_bytes(lock.body_of(self._inside, key))
        except sealing.CannotBeRead as error:
            raise CannotUnlock from error

    def write(self, key: bytes, entries: dict[str, PlanEntry], *, version: int, at: datetime) -> PlanContents:
        """Store `entries` in place of the present ones; returns what the plan now holds.

        `version` is the one the writer had read. Raises Conflict when there is another and it holds something else: the same form sent
        twice is saved once. Raises CannotUnlock as `read`, lock.PlanTooLong when it does not fit.
        """
        stored = self.read(key)
        if stored.entries == entries:
            return stored
        refuse_conflict(stored, changes_words=True, read=version, latest=stored.version)
        contents = stored.changed_to(entries, at=at)
        self._store(lock.with_body(self._inside, contents.to_bytes(), key=key))
        return contents

    def start(self, phrase: str) -> bytes:
        """An empty plan behind `phrase`, in place of whatever was there; returns its key."""
        return self._seal(PlanContents(), phrase)

    def lines_with(self, key: bytes) -> list[tuple[str, list[tuple[str, str]]]]:
        """What was written into the lists: the title of each with its lines; nothing if this is not its key."""
        try:
            contents = self.read(key)
        except (CannotUnlock, sealing.CannotBeRead):
            return []
        written = [(part, [item for item in items if item.own or item.entry != PlanEntry()]) for part, items in contents.outline()]
        return [(part.title, [(item.words, item.entry.in_words) for item in items]) for part, items in written if items]

    def packed(self, key: bytes) -> str:
        """The plan behind its phrase alone. Where `key` does not open it, an empty one that nothing opens: it looks the same."""
        inside = self._inside if key and self._opens(key) else lock.unused(PlanContents().to_bytes())
        return lock.packed(bytes(self.salt), self.cost, inside)

    def unpack(self, packed: str, typed: str, *, at: datetime) -> bytes:
        """What `packed` holds in place of what is here, behind the words that opened it; returns its key. An earlier code no longer works.

        Raises CannotUnlock when `typed` opens nothing in it, or what it opens is no plan.
        """
        salt, cost, inside = lock.unpacked(packed)
        key = lock.key_of(inside, lock.derive(typed, salt, cost))
        try:
            entries = entries_of(lock.body_of(inside, key))
            return self._seal(PlanContents().changed_to(entries, at=at), typed)
        except (sealing.CannotBeRead, PlanTooLong, ValueError) as error:
            raise CannotUnlock from error

    def _opens(self, key: bytes) -> bool:
        try:
            self.read(key)
        except (CannotUnlock, sealing.CannotBeRead):
            return False
        return True

    def clear(self) -> None:
        """Reset it to the state of the first day."""
        self.blob = unused()
        self.save(update_fields=["blob"])

    def change_phrase(self, key: bytes, phrase: str) -> bytes:
        """Change the passphrase and the key, and return the new key. An earlier code no longer works."""
        return self._seal(replace(self.read(key), code_on=None), phrase)

    def make_code(self, key: bytes, *, today: date) -> str:
        """A code that also opens the plan; it replaces an earlier one."""
        code = lock.new_code()
        self._set_code(key, self._derive(code), code_on=today)
        return code

    def drop_code(self, key: bytes) -> None:
        """Cancel the code."""
        self._set_code(key, lock.new_key(), code_on=None)

    def _set_code(self, key: bytes, code_key: bytes, *, code_on: date | None) -> None:
        contents = replace(self.read(key), code_on=code_on)
        inside = lock.with_body(self._inside, contents.to_bytes(), key=key)
        self._store(lock.with_code(inside, key=key, code_key=code_key))

    def _derive(self, typed: str) -> bytes:
        return lock.derive(typed, bytes(self.salt), self.cost)

    def _seal(self, contents: PlanContents, phrase: str) -> bytes:
        key = lock.new_key()
        self._store(lock.seal(contents.to_bytes(), key=key, phrase_key=self._derive(phrase), code_key=lock.new_key()))
        return key

    def _store(self, inside: bytes) -> None:
        self.blob = _sealed_outside(inside)
        self.save(update_fields=["blob"])

    @property
    def _inside(self) -> bytes:
        """The blob without its outer seal. Raises CannotBeRead."""
        acting = scope.current()
        return acting.key.open(bytes(self.blob), _PURPOSE + acting.binding)


def unused() -> bytes:
    """A blob for the account that is being acted for: an empty plan, sealed with keys that were thrown away."""
    return _sealed_outside(lock.unused(PlanContents().to_bytes()))


def _sealed_outside(inside: bytes) -> bytes:
    acting = scope.current()
    return acting.key.seal(inside, _PURPOSE + acting.binding)
