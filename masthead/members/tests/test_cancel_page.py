"""Cancelling without signing in: the same answer for everybody, a letter, one press."""

from __future__ import annotations

import re
import time

import pytest
from django.core import mail, signing
from django.test import Client

from masthead.mail.work import post_due
from masthead.members.models import Membership
from masthead.members.tests import factories
from masthead.members.tests.joined import ADDRESS, Clock, join, letters
from masthead.payments.gateways.stripe.double import Fault
from masthead.payments.models import Agreement, Document
from masthead.payments.tests.till import Till

pytestmark = pytest.mark.django_db
PAGE = "/support/cancel/"


def ask(address: str = ADDRESS, proof: str = "") -> str:
    answer = Client().post(PAGE, {"email": address, "proof": proof})
    assert answer.status_code == 200
    return answer.content.decode()


def link() -> str:
    """The address in the newest letter that was posted."""
    post_due()
    return re.search(r"https?://[^/]+(/support/cancel/\S+/)", mail.outbox[-1].body)[1]


def test_canceled_by_a_mailed_link_and_one_press(till: Till, clock: Clock) -> None:
    membership = join(till)
    post_due()
    assert "letter with a link is on its way" in ask()
    url = link()
    assert mail.outbox[-1].to == [ADDRESS]
    client = Client()
    page = client.get(url).content.decode()
    assert "Cancel now" in page
    assert "Friend" in page
    membership.refresh_from_db()
    assert membership.state == "active", "opening the link does nothing"
    for _press in range(2):
        done = client.post(url).content.decode()
        assert "Your membership is canceled" in done
        assert "stays open until" in done
    membership.refresh_from_db()
    assert membership.state == "cancel_scheduled"
    assert len(letters("membership_ends")) == 1
    clock.advance(35)
    membership.refresh_from_db()
    assert membership.state == "ended"


def test_the_answer_is_the_same_whoever_is_known(till: Till) -> None:
    join(till)
    known, unknown = ask(), ask("nobody@reader.example")
    assert known.replace(ADDRESS, "") == unknown.replace("nobody@reader.example", "")
    post_due()
    assert [message.to for message in mail.outbox if "Cancel" in message.subject] == [[ADDRESS]]
    assert not letters("cancel_link")[1].to, "nothing is kept of who isn't known"


def test_of_several_the_digits_or_the_receipt_name_one(till: Till) -> None:
    tier = factories.tier("Friend")
    first, second = join(till, tier=tier), join(till, "5555555555554444", tier=tier)
    receipt = Document.objects.get(payment__order=first.order)
    ask(proof="4444")
    page = Client()
    page.post(link())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("active", "cancel_scheduled")
    ask(proof=f" {str(receipt).lower()} ")
    page.post(link())
    first.refresh_from_db()
    assert first.state == "cancel_scheduled"


def test_digits_that_fit_nothing_keep_nobody_in(till: Till) -> None:
    membership = join(till)
    ask(proof="9999")
    Client().post(link())
    membership.refresh_from_db()
    assert membership.state == "cancel_scheduled"


def test_a_link_lasts_a_day_and_cant_be_made_up(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    membership = join(till)
    ask()
    url = link()
    assert Client().post(url[:-3] + "x/").status_code == 410
    later = time.time() + 25 * 3600
    monkeypatch.setattr(signing.time, "time", lambda: later)
    answer = Client().post(url)
    assert answer.status_code == 410
    assert "This link is no longer good" in answer.content.decode()
    membership.refresh_from_db()
    assert membership.state == "active"


def test_a_link_cancels_what_it_was_asked_for_alone(till: Till) -> None:
    tier = factories.tier("Friend")
    mine, theirs = join(till, tier=tier), join(till, tier=tier, email="other@reader.example")
    ask()
    Client().post(link())
    assert Agreement.objects.get(order=mine.order).cancel_at_end
    assert not Agreement.objects.get(order=theirs.order).cancel_at_end


def test_asking_is_limited(till: Till) -> None:
    for _time in range(5):
        ask()
    answer = Client().post(PAGE, {"email": ADDRESS})
    assert answer.status_code == 429
    assert "Too many letters" in answer.content.decode()


def test_a_provider_that_cant_be_reached_leaves_the_button(till: Till) -> None:
    membership = join(till)
    ask()
    url = link()
    till.double.faults.order(Fault(do="error", times=1))
    answer = Client().post(url)
    assert answer.status_code == 502
    assert "press the button again" in answer.content.decode()
    assert "Cancel now" in answer.content.decode()
    Client().post(url)
    assert Membership.objects.get(pk=membership.pk).state == "cancel_scheduled"


@pytest.mark.parametrize("address", ["", "nadia", "a@b\r\nBcc: c@d.example"])
def test_what_is_no_address_is_said_beside_the_field(address: str) -> None:
    answer = Client().post(PAGE, {"email": address})
    assert "problem" in answer.content.decode()
    assert letters("cancel_link") == []


def test_every_page_leads_there() -> None:
    assert f'href="{PAGE}"' in Client().get(PAGE).content.decode()
    assert Client().get(PAGE)["Cache-Control"] == "private, no-store"
