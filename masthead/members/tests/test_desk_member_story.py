"""One supporter's page at the desk: everything that happened, and what is done for them, each once and by name."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from masthead.accounts.models import Account
from masthead.accounts.tests.factories import editor
from masthead.mail.models import Letter
from masthead.members.models import AccessGrant, Comp, Membership
from masthead.members.tests import factories, supporters
from masthead.payments.gateways.base import GatewayError
from masthead.payments.models import Document, Entry, Refund
from masthead.payments.tests.till import Till

pytestmark = pytest.mark.django_db


def story(client: Client, account: Account) -> str:
    answer = client.get(reverse("desk_members:person", args=(account.pk,)))
    assert answer.status_code == 200
    return answer.content.decode()


def refund_form(client: Client, url: str, **changed: Any) -> dict[str, Any]:
    """The form as the page gives it, filled."""
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    filled = {**shown, "reason": "asked for it", **changed}
    return {name: value for name, value in filled.items() if value not in (None, False)}


def test_the_whole_story_is_on_one_page(service: Client, till: Till) -> None:
    membership = supporters.paid_membership(till)
    gift = supporters.paid_gift(till)
    words = story(service, membership.account)
    assert membership.account.email in words
    assert "€5.00" in words
    assert "Membership Reader" in words
    assert str(Document.objects.get(payment__order=membership.order)) in words
    for letter in Letter.objects.filter(to=membership.account.email, sealed=False):
        assert letter.subject.replace("'", "&#x27;") in words
    assert "A gift for Oleh" in story(service, gift.buyer)


def test_a_refund_in_full_ends_the_access_and_is_given_once(service: Client, till: Till) -> None:
    membership = supporters.paid_membership(till)
    payment = membership.order.payments.get()
    url = reverse("desk_members:refund", args=(payment.uuid,))
    assert url in story(service, membership.account)
    form = refund_form(service, url)
    assert form["amount"] == "5.00"
    assert service.post(url, form).status_code == 302
    again = service.post(url, form)
    assert again.status_code == 422
    assert "Meanwhile something was given back" in again.content.decode()
    assert Refund.objects.get().amount == 500
    assert Refund.objects.get().by.first_name == "Sofia"
    assert Entry.objects.by_currency()["EUR"]["net"] == till.double.money()["eur"].net
    assert not AccessGrant.objects.standing().exists()
    words = story(service, membership.account)
    assert "Gave back €5.00" in words
    assert "asked for it" in words


def test_access_may_be_left_after_a_refund(service: Client, till: Till) -> None:
    membership = supporters.paid_membership(till)
    paid = AccessGrant.objects.get()
    url = reverse("desk_members:refund", args=(membership.order.payments.get().uuid,))
    service.post(url, refund_form(service, url, end_access=False))
    left = AccessGrant.objects.standing().get()
    assert left.ends_at == paid.ends_at
    assert left.comp.by is not None


def test_part_of_a_payment_goes_back_and_the_membership_with_it_if_wanted(service: Client, till: Till) -> None:
    membership = supporters.paid_membership(till)
    url = reverse("desk_members:refund", args=(membership.order.payments.get().uuid,))
    form = refund_form(service, url, amount="1.50", end_access=False, end_membership="on")
    assert service.post(url, form).status_code == 302
    membership.refresh_from_db()
    assert (membership.state, membership.ended_reason) == ("ended", "by_staff")
    assert AccessGrant.objects.standing().count() == 1
    assert Refund.objects.get().amount == 150


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("5.01", "can’t be given back|can&#x27;t be given back"),
        ("0", "more than nothing"),
        ("-1", "more than nothing"),
        ("1e9", "no amount"),
        ("five", "no amount"),
        ("1.005", "no such small coins"),
        ("99999999999", "more than nothing"),
    ],
)
def test_an_amount_that_makes_no_sense_is_refused_in_words(service: Client, till: Till, typed: str, words: str) -> None:
    membership = supporters.paid_membership(till)
    before = Entry.objects.by_currency()
    url = reverse("desk_members:refund", args=(membership.order.payments.get().uuid,))
    answer = service.post(url, refund_form(service, url, amount=typed))
    assert answer.status_code == 422
    assert any(each in answer.content.decode() for each in words.split("|"))
    assert not Refund.objects.exists()
    assert Entry.objects.by_currency() == before


def test_what_the_provider_says_no_to_is_said_on_the_page(
    service: Client, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    membership = supporters.paid_membership(till)

    def away(*_args: Any, **_more: Any) -> None:
        raise GatewayError("no answer")

    monkeypatch.setattr(till.gateway, "refund", away)
    monkeypatch.setattr(till.gateway, "cancel", away)
    url = reverse("desk_members:refund", args=(membership.order.payments.get().uuid,))
    answer = service.post(url, refund_form(service, url))
    assert answer.status_code == 422
    assert "reached" in answer.content.decode()
    assert Entry.objects.count() == 1
    assert ModelLogEntry.objects.get(action="members.refund").user.first_name == "Sofia"
    url = reverse("desk_members:end", args=(membership.uuid,))
    answer = service.post(url, {"reason": "asked"})
    assert "Nothing has changed" in answer.content.decode()
    assert Membership.objects.get().state == "active"


def test_a_membership_is_ended_with_its_period_and_resumed(service: Client, till: Till) -> None:
    membership = supporters.paid_membership(till)
    for _ in range(2):
        url = reverse("desk_members:end_at_period", args=(membership.uuid,))
        assert service.post(url, {"reason": "moves abroad"}).status_code == 302
    membership.refresh_from_db()
    assert membership.state == "cancel_scheduled"
    resume = reverse("desk_members:resume", args=(membership.uuid,))
    assert resume in story(service, membership.account)
    assert service.get(resume).status_code == 200
    assert service.post(resume).status_code == 302
    membership.refresh_from_db()
    assert membership.state == "active"
    assert "moves abroad" in story(service, membership.account)


def test_a_membership_is_ended_now_and_access_stays_unless_it_is_ended_too(service: Client, till: Till) -> None:
    membership = supporters.paid_membership(till)
    url = reverse("desk_members:end", args=(membership.uuid,))
    assert service.post(url, {"reason": "twice by mistake"}).status_code == 302
    membership.refresh_from_db()
    assert (membership.state, membership.ended_reason) == ("ended", "by_staff")
    assert AccessGrant.objects.standing().count() == 1
    other = supporters.paid_membership(till)
    url = reverse("desk_members:end", args=(other.uuid,))
    service.post(url, {"reason": "abuse", "end_access": "on"})
    assert not AccessGrant.objects.of(other.account).standing().exists()


def test_a_comp_is_given_once_by_name(service: Client) -> None:
    account, tier = supporters.reader(), factories.tier("Friend")
    url = reverse("desk_members:comp", args=(account.pk,))
    name = service.get(url).context["form"]["name"].value()
    form = {"tier": tier.pk, "months": 6, "reason": "our source", "name": str(name)}
    assert service.post(url, form).status_code == 302
    service.post(url, form)
    comp = Comp.objects.get()
    assert comp.grant.account == account
    assert comp.by.first_name == "Sofia"
    assert "our source" in story(service, account)
    refused = service.post(url, {**form, "months": 0, "name": str(uuid4())})
    assert refused.status_code == 422
    assert Comp.objects.count() == 1


def test_access_is_ended_for_a_named_reason(service: Client) -> None:
    account, tier, now = supporters.reader(), factories.tier("Friend"), timezone.now()
    given = supporters.grant(account, tier, "comp:x", now, now + timezone.timedelta(days=30))
    url = reverse("desk_members:end_access", args=(given.pk,))
    assert url in story(service, account)
    assert service.post(url, {"reason": ""}).status_code == 422
    assert service.post(url, {"reason": "passed on to others"}).status_code == 302
    again = service.post(url, {"reason": "again"})
    assert "ended before" in again.content.decode()
    given.refresh_from_db()
    assert given.revocation.reason == "passed on to others"
    assert "passed on to others" in story(service, account)


def test_a_receipt_is_sent_again_to_the_present_address(service: Client, till: Till) -> None:
    membership = supporters.paid_membership(till)
    paper = Document.objects.get()
    Account.objects.filter(pk=membership.account_id).update(email="new@mail.example")
    url = reverse("desk_members:send_again", args=(paper.uuid,))
    name = service.get(url).context["form"]["name"].value()
    for _ in range(2):
        assert service.post(url, {"name": str(name)}).status_code == 302
    sent = Letter.objects.filter(to="new@mail.example", kind="receipt")
    assert sent.count() == 1
    assert sent.get().attachments


def test_a_mail_address_is_corrected_but_never_to_another_s_and_never_staff_s(service: Client) -> None:
    account, other, staff = supporters.reader(), supporters.reader(), editor()
    url = reverse("desk_members:address", args=(account.pk,))
    assert service.post(url, {"email": "Right@Mail.example"}).status_code == 302
    account.refresh_from_db()
    assert account.email == "right@mail.example"
    taken = service.post(url, {"email": other.email.upper()})
    assert "has this address" in taken.content.decode()
    assert "no mail address" in service.post(url, {"email": "nonsense"}).content.decode()
    refused = service.post(reverse("desk_members:address", args=(staff.pk,)), {"email": "mine@mail.example"})
    assert refused.status_code == 422
    before = staff.email
    staff.refresh_from_db()
    assert staff.email == before
    kept = str(ModelLogEntry.objects.get(action="members.address").data)
    assert "right@mail.example" not in kept


def test_a_letter_s_words_cannot_hurt_the_page(service: Client) -> None:
    account = supporters.reader(first_name="<script>alert(1)</script>")
    supporters.member(account=account, reason="<img src=x onerror=alert(1)>")
    words = story(service, account)
    assert "<script>alert(1)" not in words
    assert "<img src=x" not in words
