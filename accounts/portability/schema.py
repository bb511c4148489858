"""How each private model leaves with an export and comes back: one schema a model, registered by its app as an admin would be.

Each app has a module `portability.py` (loaded by `accounts.apps`) with `@register(Model)` above its schemas; those of accounts are in
`accounts/portability/models.py`. A model without one is a mistake that `schema_of` and the tests find.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.db import models

from accounts.autosave.models import VersionedModel
from accounts.models import Account
from accounts.portability.file_format import FileEntry, SkippedEntry
from accounts.vault.fields import SealedField
from accounts.vault.models import Area, PrivateModel, ReadableModel

# How often and when a versioned row was saved is no reason to ask which of two is right.
_VERSION_FIELDS = ("version", "written_at")
# Rows read from the database or written to it at a time.
_BATCH = 500

# What there is to read of a row: sentences, whose label is empty, and words with the label of their field.
ReadableLines = list[tuple[str, str]]


class Schema:
    """The rows of a private model in a file. The defaults fit a model that is exported whole and known again by its unique key."""

    # Whether its rows are exported and imported, one by one.
    exported: ClassVar[bool] = True
    # Whether what it holds is exported as one text with a lock of its own (`encrypted`).
    encrypted_export: ClassVar[bool] = False
    # Fields that are not exported.
    not_exported: ClassVar[tuple[str, ...]] = ()
    # Fields that are exported and, having no meaning of their own, are left as they are when a row is merged.
    merge_ignored: ClassVar[tuple[str, ...]] = ()
    # Fields that only make sense with one another, and are merged as one.
    merge_groups: ClassVar[tuple[tuple[str, ...], ...]] = ()
    # Fields that hold things of one kind in any order.
    interchangeable: ClassVar[tuple[tuple[str, ...], ...]] = ()
    # Fields of text to which another text may be added.
    appendable: ClassVar[tuple[str, ...]] = ()
    # The columns it has in a table for a spreadsheet; none for most.
    columns: ClassVar[tuple[str, ...]] = ()

    # What it is called in a file; as the model, unless a schema says otherwise.
    name = ""
    # What an entry of a file becomes: the model, unless one row keeps several of them.
    entry_class: type = PrivateModel

    def __init__(self, model: type[PrivateModel]) -> None:
        self.model = model
        self.name = self.name or str(model._meta.model_name)
        if self.entry_class is PrivateModel:
            self.entry_class = model

    @cached_property
    def fields(self) -> "list[models.Field[Any, Any]]":
        """The fields that are exported. The id, the account and what is of use here alone are not editable."""
        return [each for each in self.model._meta.concrete_fields if each.editable and each.name not in self.not_exported]

    @cached_property
    def natural_key(self) -> tuple[str, ...]:
        """The fields by which a row is known again in another account: those of its unique key, unless a schema names others."""
        return self._unique_key

    @cached_property
    def key_is_unique(self) -> bool:
        """Whether no two rows of an account have the same natural key; NULL is not the same as NULL."""
        return set(self._unique_key) <= set(self.natural_key)

    @cached_property
    def _unique_key(self) -> tuple[str, ...]:
        unique = next(each for each in self.model._meta.constraints if isinstance(each, models.UniqueConstraint))
        return tuple(name for name in unique.fields if name != "account")

    @cached_property
    def compared(self) -> tuple[tuple[str, ...], ...]:
        """The fields that are compared when a row is merged, those of a merge group as one."""
        slots = (name for group in self.interchangeable for name in group)
        apart = {*self.natural_key, *self.merge_ignored, *self.appendable, *slots, *_VERSION_FIELDS}
        group_of = {name: group for group in self.merge_groups for name in group}
        names = [each.name for each in self.fields if each.name not in apart]
        return tuple(dict.fromkeys(group_of.get(name, (name,)) for name in names))

    def rows(self, account: Account, *, lock: bool = False) -> Iterator[Any]:
        """The account's rows, in the order of their days if they have any. With `lock` they are locked until the transaction ends."""
        names = [each.name for each in self.model._meta.concrete_fields if not isinstance(each, SealedField)]
        order = [name for name in ("day", "horizon", "round") if name in names]
        rows = account_rows(self.model, account).order_by(*order, "pk")
        for row in (rows.select_for_update() if lock else rows).iterator(_BATCH):
            row.account = account
            yield row

    def count(self, account: Account) -> int:
        """How many entries an export of the account has."""
        return sum(1 for _row in self.rows(account)) if self.entry_class is not self.model else account_rows(self.model, account).count()

    def make(self, account: Account, values: dict[str, Any]) -> Any:
        """A row with these values, not stored; what is missing has its default. Raises ValidationError."""
        return self.model(account=account, **values)

    def save(self, account: Account, added: list[Any], changed: list[tuple[Any, set[str]]]) -> None:
        """Store rows that are new, and of others the fields that have changed."""
        self.model._default_manager.bulk_create(added, batch_size=_BATCH)
        for row, names in changed:
            row.save(update_fields=names)

    def label(self, name: str) -> str:
        labels = self.model.labels if issubclass(self.model, ReadableModel) else {}
        return str(labels.get(name) or self.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]

    def is_untouched(self, row: Any) -> bool:
        """Whether the program created the row and it was never changed."""
        return False

    def readable_lines(self, row: Any) -> ReadableLines:
        """The row as it is read: as sentences where it can be told so, else each field that has words, with its label."""
        return list(row.lines())

    def import_error(self, row: Any, at: datetime) -> str:
        """Why the row cannot be imported at the moment `at`; empty if it can."""
        return ""

    def fill_import_defaults(self, row: Any, *, at: datetime) -> None:
        """Give a row from a file what it needs and the file did not say; `at` is the moment of the upload."""
        if isinstance(row, VersionedModel):
            row.version, row.written_at = row.version or 1, row.written_at or at

    def parse_other_app(self, text: str) -> tuple[list[FileEntry], list[SkippedEntry]] | None:
        """The entries in a file of another program, and what of it cannot be imported; None if this is no such file.

        Raises accounts.portability.file_format.FileRefused for such a file that cannot be read.
        """
        return None

    def encrypted(self, account: Account, key: bytes) -> str:
        """What only `key` opens, behind its lock. With `encrypted_export` there is always one, and it always looks the same."""
        return ""

    def unlocked(self, account: Account, key: bytes) -> list[tuple[str, ReadableLines]]:
        """What there is to read that only `key` opens: headings, each with its lines."""
        return []


def account_rows(model: type[PrivateModel], account: Account) -> models.QuerySet[Any]:
    return model._default_manager.filter(account=account)


class NotExported(Schema):
    """For rows that are deleted soon, or mean nothing elsewhere."""

    exported = False


# By model, and by what an entry becomes.
_schemas: dict[type, Schema] = {}


def register[SchemaClass: type[Schema]](*private_models: type[PrivateModel]) -> Callable[[SchemaClass], SchemaClass]:
    """Class decorator: the schema of each of these models."""

    def decorate(schema: SchemaClass) -> SchemaClass:
        for model in private_models:
            made = schema(model)
            _schemas.update({model: made, made.entry_class: made})
        return schema

    return decorate


def schema_of(model: type) -> Schema:
    """The schema of a private model, or of what its entries become. Raises KeyError if its app has registered none."""
    return _schemas[model]


def all_schemas() -> list[Schema]:
    """Every schema, in the order in which the areas are read."""
    areas = list(Area)
    return sorted(dict.fromkeys(_schemas.values()), key=lambda schema: areas.index(schema.model.area))


def exported_schemas() -> dict[str, Schema]:
    """The schemas whose rows are exported, by the name of their model, in the order in which they are read."""
    return {schema.name: schema for schema in all_schemas() if schema.exported}


def encrypted_schemas() -> dict[str, Schema]:
    """The schemas that are exported as one text with a lock of its own, by the name of their model."""
    return {schema.name: schema for schema in all_schemas() if schema.encrypted_export}
