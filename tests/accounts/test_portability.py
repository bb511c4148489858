"""Rows as plain values and back: the same row comes back, and what is none of ours is refused without a word of it being repeated."""

import json

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from accounts.portability.schema import schema_of
from accounts.portability.serialization import from_plain, to_plain
from accounts.vault.fields import Unreadable
from accounts.vault.models import PrivateModel
from checkins.models import CheckIn
from roadmap.models import Action, Review
from tests.checkins.days import AT, DAY

PRIVATE = [model for model in apps.get_models() if issubclass(model, PrivateModel)]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters()),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=5,
)


def test_a_row_comes_back_as_it_was(acting: Account) -> None:
    rows = [
        CheckIn.write(acting, DAY, {"gratitude_1": "Jo’s 😀\nrang\0back", "emotion_1": "calm", "enough": "yes"}, version=0, at=AT),
        Review.write(acting, DAY, {"answers": {"q1": 3}, "note": "No\\u0000 change", "finished": True}, version=0, at=AT),
        acting.talks.create(issue="Evenings", day=DAY, version=1, written_at=AT),
        Action(account=acting, horizon=7, title="Ring the practice", position=3),
    ]
    for row in rows:
        plain = json.loads(json.dumps(to_plain(row)))

        again = from_plain(type(row), plain, acting)

        assert again.account == acting and again.pk != row.pk
        for field in schema_of(type(row)).fields:
            assert getattr(again, field.name) == getattr(row, field.name), field.name


@pytest.mark.parametrize("model", PRIVATE, ids=lambda model: model.__name__)
def test_neither_the_id_nor_the_account_leaves(model: type[PrivateModel]) -> None:
    assert not {"id", "account", "client_id", "sequence"} & {field.name for field in schema_of(model).fields}


def test_what_cannot_be_read_does_not_leave_as_if_it_were_the_words(acting: Account) -> None:
    checkin = CheckIn(account=acting, day=DAY, gratitude_1=Unreadable(), gratitude_2="Jo rang back", written_at=AT)

    assert "gratitude_1" not in to_plain(checkin)
    assert to_plain(checkin)["gratitude_2"] == "Jo rang back"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("day", "2026-02-30"),
        ("day", 20260310),
        ("written_at", "2026-03-10T20:00:00"),
        ("written_at", "9999-12-31T23:59:59+00:00"),
        ("version", -1),
        ("version", True),
        ("version", 10**30),
        ("zone", "x" * 65),
        ("zone", "a\0b"),
        ("gratitude_1", ["canary"]),
        ("gratitude_1", "\ud800"),
        ("gratitude_1", "x" * 20_001),
        ("gratitude_1", None),
        ("id", "00000000-0000-0000-0000-000000000000"),
        ("account", 1),
        ("client_id", "canary"),
        ("canary", "canary"),
    ],
)
def test_what_such_a_row_cannot_hold_is_refused_without_repeating_it(acting: Account, name: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        from_plain(CheckIn, {name: value}, acting)

    assert "canary" not in str(refused.value)


@given(
    plain=st.dictionaries(
        st.sampled_from([field.name for model in PRIVATE for field in schema_of(model).fields]) | st.text(max_size=4), anything
    )
)
def test_whatever_a_file_holds_is_refused_or_can_be_stored(acting: Account, plain: dict) -> None:
    for model in PRIVATE:
        try:
            row = from_plain(model, {name: value for name, value in plain.items() if hasattr(model, name)}, acting)
        except ValidationError:
            continue
        for field in schema_of(model).fields:
            if field.name in plain:
                field.get_db_prep_save(getattr(row, field.name), connection)
