"""What tests of members share: an open till, a clock, and browsers of those who work at the desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from masthead.accounts.tests.factories import editor, publisher, reader_service
from masthead.articles.tests.desk import sign_in
from masthead.members.tests.joined import Clock
from masthead.members.tests.shop import Shop, open_shop
from masthead.payments.tests.till import Till, open_till


@pytest.fixture
def till() -> Iterator[Till]:
    """The double of Stripe and the bank, in this process."""
    with open_till() as opened:
        yield opened


@pytest.fixture
def clock(till: Till, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(till, monkeypatch)


@pytest.fixture
def one_factor(settings: pytest.FixtureRequest) -> None:
    """The desk opens without a second factor."""
    settings.STAFF_NEED_SECOND_FACTOR = False  # type: ignore[attr-defined]


@pytest.fixture
def service(one_factor: None) -> Client:
    """A browser of reader service."""
    return sign_in(reader_service(first_name="Sofia"))


@pytest.fixture
def an_editor(one_factor: None) -> Client:
    """A browser of an editor."""
    return sign_in(editor())


@pytest.fixture
def a_publisher(one_factor: None) -> Client:
    """A browser of a publisher."""
    return sign_in(publisher())


@pytest.fixture
def shop(db: None) -> Iterator[Shop]:
    """A double, a clock that stands still, letters without words."""
    with open_shop() as opened:
        yield opened
