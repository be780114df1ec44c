"""Somebody redeems a gift: types the code, signs in by mail, sees what it is, and redeems it once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from masthead.accounts.models import Account
from masthead.accounts.tests import factories as accounts
from masthead.articles.tests import factories as paper
from masthead.lib.money import Money
from masthead.mail.models import Letter
from masthead.members import joining
from masthead.members.access import has_access
from masthead.members.joining import Payer, Present
from masthead.members.models import Gift, Redemption
from masthead.members.models.gifts import EXPIRED, REFUNDED
from masthead.members.tests import factories as make
from masthead.members.tests.asking import page, till
from masthead.payments.actions import send_to_checkout
from masthead.payments.tests.till import BACK, Till

__all__ = ["till"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(till: Till) -> Gift:
    """Three months of Friend, from Nadia, paid."""
    paper.newsroom()
    present = Present("Olha", "", "Read well.")
    payer = Payer("nadia@mail.example", "Nadia")
    order = joining.begin_gifts(make.tier("Friend"), 3, Money(1500, "EUR"), [present], payer, "stripe", "Nadia")
    send_to_checkout(order, BACK, BACK)
    till.pay(order)
    return Gift.objects.get()


def test_a_stranger_redeems_it_with_nothing_but_the_code_and_a_mail_address(gift: Gift, client: Client) -> None:
    assert client.post("/gift/", {"code": gift.code.lower().replace("-", " ")})["Location"] == "/gift/confirm/"
    html = page(client.get("/gift/confirm/"))
    assert "Friend, for 3 months" in html
    assert "Given by Nadia" in html
    assert "Read well." in html

    to_code = client.post("/gift/confirm/", {"email": "Olha@mail.example"})
    assert gift.code not in to_code["Location"]
    letter = Letter.objects.get(to="olha@mail.example")
    digits = re.search(r"\b\d{6}\b", letter.text or letter.subject)
    assert digits
    signed_in = client.post(to_code["Location"], {"code": digits[0]})
    assert signed_in["Location"] == "/gift/confirm/"

    html = page(client.get("/gift/confirm/"))
    assert "You are signed in as olha@mail.example" in html
    assert not Redemption.objects.exists()
    done = client.post("/gift/confirm/")
    assert "Welcome. You are a member." in page(done)
    assert has_access(Account.objects.get(email="olha@mail.example"))
    assert client.get("/gift/confirm/")["Location"] == "/gift/"


def test_no_address_is_taken_that_is_none(gift: Gift, client: Client) -> None:
    client.post("/gift/", {"code": gift.code})
    response = client.post("/gift/confirm/", {"email": "olha"})
    assert response.status_code == 400
    assert "This is no mail address" in page(response)


def test_a_code_typed_wrongly_is_said_and_kept(gift: Gift, client: Client) -> None:
    response = client.post("/gift/", {"code": "ABCD-ABCD-ABCD-ABCD"})
    assert response.status_code == 400
    assert "There is no gift with this code" in page(response)
    assert "ABCD-ABCD-ABCD-ABCD" in page(response)
    assert client.post("/gift/", {"code": ""}).status_code == 400
    assert client.post("/gift/", {"code": "x" * 10_000}).status_code == 400


def test_wrong_codes_are_counted_and_right_ones_are_not(gift: Gift, client: Client) -> None:
    for _pupil in range(70):
        assert client.post("/gift/", {"code": gift.code}).status_code == 302
    for _guess in range(60):
        assert client.post("/gift/", {"code": "ABCD-ABCD-ABCD-ABCD"}).status_code == 400
    assert client.post("/gift/", {"code": gift.code}).status_code == 429


def test_a_gift_is_redeemed_once(gift: Gift, client: Client) -> None:
    olha, ivan = accounts.account(), accounts.account()
    other = Client()
    client.force_login(olha)
    other.force_login(ivan)
    for browser in (client, other):
        browser.post("/gift/", {"code": gift.code})
    assert client.post("/gift/confirm/").status_code == 200
    late = other.post("/gift/confirm/")
    assert late.status_code == 400
    assert "has been redeemed already" in page(late)
    assert Redemption.objects.get().account == olha


@pytest.mark.parametrize(("state", "words"), [(EXPIRED, "a day that has gone by"), (REFUNDED, "was taken back")])
def test_what_cant_be_redeemed_any_more_says_why(state: str, words: str, gift: Gift, client: Client) -> None:
    gift.move_to(state, "for the test")
    assert words in page(client.post("/gift/", {"code": gift.code}))


def test_a_gift_whose_day_has_gone_by_is_refused_before_the_clock_closes_it(gift: Gift, client: Client) -> None:
    Gift.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "a day that has gone by" in page(client.post("/gift/", {"code": gift.code}))


def test_who_is_a_member_is_told_when_the_gift_follows(gift: Gift, client: Client) -> None:
    from masthead.members.access import give_comp

    reader = accounts.account()
    give_comp(reader, gift.tier, 1, "A source", None)
    client.force_login(reader)
    client.post("/gift/", {"code": gift.code})
    assert "You are a member already" in page(client.get("/gift/confirm/"))


def test_the_page_is_kept_by_nobody_and_takes_forms_with_a_token_only(gift: Gift) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.get("/gift/")["Cache-Control"] == "private, no-store"
    assert strict.post("/gift/", {"code": gift.code}).status_code == 403
