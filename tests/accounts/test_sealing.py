"""What is stored cannot be read, moved or changed (docs/security.md, R43 to R47)."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from accounts.vault import sealing
from accounts.vault.fields import SealedJSONField, Unreadable
from accounts.vault.scope import NotActing, acting_for
from checkins.models import CheckIn
from tests.checkins.days import DAY, write


def stored(column: str, account: Account) -> bytes:
    with connection.cursor() as cursor, acting_for(account):
        cursor.execute(f"SELECT {column} FROM checkins_checkin WHERE account_id = %s", [account.pk])
        return bytes(cursor.fetchone()[0])


def store(column: str, value: bytes, account: Account) -> None:
    with acting_for(account), connection.cursor() as cursor:
        cursor.execute(f"UPDATE checkins_checkin SET {column} = %s WHERE account_id = %s", [value, account.pk])


@given(st.binary(max_size=2000))
def test_padding_comes_off_again_and_leaves_only_steps_of_256_bytes(plain: bytes) -> None:
    padded = sealing.pad(plain)

    assert sealing.unpad(padded) == plain
    assert len(padded) % 256 == 0


@given(st.binary(max_size=600), st.binary(max_size=40))
def test_a_sealed_value_opens_for_its_purpose_and_for_no_other(plain: bytes, purpose: bytes) -> None:
    key = sealing.SealingKey(b"k" * 32)
    sealed = key.seal(plain, purpose)

    assert key.open(sealed, purpose) == plain
    with pytest.raises(sealing.CannotBeRead):
        key.open(sealed, purpose + b"x")
    with pytest.raises(sealing.CannotBeRead):
        sealing.SealingKey(b"K" * 32).open(sealed, purpose)


@given(st.integers(min_value=0))
def test_one_changed_bit_anywhere_keeps_a_value_shut(bit: int) -> None:
    key = sealing.SealingKey(b"k" * 32)
    sealed = bytearray(key.seal(b"rain on the skylight", b"purpose"))
    sealed[bit // 8 % len(sealed)] ^= 1 << bit % 8

    with pytest.raises(sealing.CannotBeRead):
        key.open(bytes(sealed), b"purpose")


@given(st.binary(max_size=50))
def test_a_cut_value_is_refused_not_crashed_on(length: bytes) -> None:
    with pytest.raises(sealing.CannotBeRead):
        sealing.SealingKey(b"k" * 32).open(sealing.VERSION + sealing.SealingKey(b"k" * 32).id + length, b"purpose")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=700))
def test_any_text_comes_back_as_it_was_and_empty_stays_empty(partner: Account, text: str) -> None:
    with acting_for(partner):
        CheckIn.objects.filter(account=partner).delete()
        CheckIn.objects.create(account=partner, day=DAY, written_at="2026-01-01T00:00Z", zone="UTC", gratitude_1=text)

        assert CheckIn.objects.get().gratitude_1 == text
    assert (stored("gratitude_1", partner) == b"") == (text == "")


def test_stored_bytes_tell_neither_the_words_nor_how_many(partner: Account) -> None:
    write(partner, gratitude_1="Jo rang back", gratitude_2="x" * 200)

    first, second = stored("gratitude_1", partner), stored("gratitude_2", partner)

    assert b"Jo rang back" not in first
    assert len(first) == len(second)
    assert first.startswith(sealing.VERSION)


def test_null_stays_null(acting: Account) -> None:
    field = CheckIn._meta.get_field("gratitude_1")

    assert field.get_db_prep_value(None, connection) is None
    assert field.from_db_value(None, None, connection) is None


def test_json_comes_back_as_it_was(acting: Account) -> None:
    field = SealedJSONField()
    field.model, field.column = CheckIn, "answers"
    value = {"q1": 3, "words": ["é", None, {"deep": "ü"}]}

    assert field.from_db_value(field.get_db_prep_value(value, connection), None, connection) == value


@pytest.mark.parametrize("name", [name for name in CheckIn.WORDS if name != "gratitude_1"])
def test_a_value_moved_to_another_column_cannot_be_read(partner: Account, name: str) -> None:
    write(partner, gratitude_1="Jo rang back")
    store(name, stored("gratitude_1", partner), partner)

    with acting_for(partner):
        checkin = CheckIn.objects.get()

    assert isinstance(getattr(checkin, name), Unreadable)
    assert checkin.gratitude_1 == "Jo rang back"


def test_a_value_moved_to_another_account_cannot_be_read(partner: Account, stranger: Account) -> None:
    write(partner, gratitude_1="Jo rang back")
    write(stranger, gratitude_1="mine")
    store("gratitude_1", stored("gratitude_1", partner), stranger)

    with acting_for(stranger):
        assert CheckIn.objects.get().gratitude_1 == Unreadable()


def test_even_with_the_others_key_a_moved_value_does_not_open(partner: Account, stranger: Account) -> None:
    """A person who can write to the database copies the wrapped key and the words into their own account."""
    write(partner, gratitude_1="Jo rang back")
    write(stranger, gratitude_1="mine")
    store("gratitude_1", stored("gratitude_1", partner), stranger)
    Account.objects.filter(pk=stranger.pk).update(data_key=partner.data_key)

    with acting_for(Account.objects.get(pk=stranger.pk)):
        assert CheckIn.objects.get().gratitude_1 == Unreadable()


def test_a_page_says_so_where_a_value_cannot_be_read_and_never_writes_that_back(partner: Account, owner, caplog) -> None:
    write(partner, gratitude_1="Jo rang back", gratitude_2="Clean sheets")
    store("gratitude_1", b"\x01broken", partner)

    page = owner.get(f"/checkins/{DAY}/")
    owner.post(f"/checkins/{DAY}/", {"gratitude_1": "This cannot be read.", "gratitude_2": "Clean sheets, dried outside", "version": "1"})

    assert "This cannot be read." in page.content.decode()
    assert "broken" not in page.content.decode()
    assert stored("gratitude_1", partner) == b"\x01broken"
    assert "checkins_checkin.gratitude_1 cannot be opened" in caplog.text
    with acting_for(partner), pytest.raises(ValueError, match="must not be written"):
        CheckIn.objects.get().save()


def test_nothing_is_sealed_or_opened_outside_the_scope(partner: Account) -> None:
    field = CheckIn._meta.get_field("gratitude_1")

    with pytest.raises(NotActing):
        field.get_db_prep_value("words", connection)
    with pytest.raises(NotActing):
        field.from_db_value(b"\x01anything", None, connection)


def test_sealed_values_cannot_be_searched_by_mistake(acting: Account) -> None:
    from django.core.exceptions import FieldError

    with pytest.raises(FieldError):
        CheckIn.objects.filter(gratitude_1="Jo rang back").exists()
    assert not CheckIn.objects.filter(gratitude_1__isnull=True).exists()


def test_the_first_key_wraps_and_all_open(partner: Account, settings) -> None:
    write(partner, gratitude_1="Jo rang back")
    old = settings.SEALING_KEYS
    settings.SEALING_KEYS = [b"n" * 32, *old]

    with acting_for(partner):
        assert CheckIn.objects.get().gratitude_1 == "Jo rang back"
    assert sealing.new_data_key()[1:5] == sealing.SealingKey(b"n" * 32).id

    settings.SEALING_KEYS = [b"n" * 32]
    with pytest.raises(sealing.CannotBeRead), acting_for(partner):
        pass
