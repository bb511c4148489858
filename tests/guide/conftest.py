from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from guide import library
from guide.models import Part, Passage


@pytest.fixture(scope="module")
def indexed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The guide in the database, for all tests of a file: each changes it in a transaction of its own, and the last leaves none of it."""
    with django_db_blocker.unblock():
        call_command("sync_guide", verbosity=0)
        yield
        Passage.objects.all().delete()
        Part.objects.all().delete()
    library.forget()


@pytest.fixture
def synchronised(indexed: None, db: None) -> None:
    """The guide as it is written, in the database."""
