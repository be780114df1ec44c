"""An account for a mail address: found whatever its capitals, made once, never renamed by somebody else."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from masthead.accounts.actions import account_for
from masthead.accounts.models import Account
from masthead.accounts.tests.factories import account


@pytest.mark.django_db
def test_is_found_whatever_its_capitals_and_keeps_its_name() -> None:
    known = account(email="nadia@reader.example", first_name="Nadia")
    assert account_for(" NADIA@Reader.Example ", "Somebody Else").pk == known.pk
    known.refresh_from_db()
    assert known.first_name == "Nadia"


@pytest.mark.django_db
def test_is_made_without_a_password_and_is_a_reader() -> None:
    made = account_for("Oleh@Reader.Example", "  Oleh   de Vries ")
    assert (made.email, made.first_name, made.last_name) == ("oleh@reader.example", "Oleh", "de Vries")
    assert not made.has_usable_password()
    assert made.is_reader


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["", "nobody", "a@b\nc@d.example"])
def test_no_address_makes_no_account(wrong: str) -> None:
    with pytest.raises(ValidationError):
        account_for(wrong)
    assert not Account.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_the_same_one() -> None:
    barrier, seen = threading.Barrier(4), []

    def make() -> None:
        barrier.wait()
        try:
            seen.append(account_for("two@reader.example").pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(seen) == 4
    assert len(set(seen)) == 1
