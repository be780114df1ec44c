"""A reader chooses a tier and an amount, and is led to where it is paid."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from masthead.accounts.tests import factories as accounts
from masthead.articles.tests import factories as paper
from masthead.members.models import Contribution, Membership, Tier
from masthead.members.tests import factories as make
from masthead.members.tests.asking import HERE, only_order, page, send, till
from masthead.payments.gateways.stripe.double.faults import Fault
from masthead.payments.models import Order
from masthead.payments.tests.till import Till

__all__ = ["till"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def friend() -> Tier:
    paper.newsroom()
    make.offer(currencies="EUR,USD,JPY")
    return make.tier("Friend", is_recommended=True)


def fields(tier: Tier, said: str = "500", every: str = "month", **more: Any) -> dict[str, Any]:
    price = tier.prices.get(currency=more.get("in", "EUR"), interval=every)
    given = {"choice": f"{price.pk}:{said}", "every": every, "in": "EUR", "email": "nadia@mail.example"}
    return {**given, "gateway": "stripe", **more}


def own(tier: Tier, written: str, every: str = "month", **more: Any) -> dict[str, Any]:
    price = tier.prices.get(currency=more.get("in", "EUR"), interval=every)
    return {**fields(tier, "own", every, **more), f"own-{price.pk}": written}


def test_the_page_shows_tiers_amounts_cards_and_what_happens_next(till: Till, friend: Tier, client: Client) -> None:
    html = page(client.get("/support/"))
    for words in ("Friend", "The members&#x27; evening", "€5", "€10", "from €2.50", "Visa", "Mastercard"):
        assert words in html
    assert "two clicks in your account" in html
    assert html.index("What happens next") < html.index("Continue to payment")
    assert 'action="/support/"' in html


def test_a_choice_leads_to_the_providers_page(till: Till, friend: Tier, client: Client) -> None:
    response = send(client, "/support/", fields(friend, public="yes", public_name="Nadia K.", reason="Because."))
    assert response.status_code == 303
    order = only_order()
    assert response["Location"] == order.session_url
    assert (order.amount, order.currency, order.interval, order.email) == (500, "EUR", "month", "nadia@mail.example")
    membership = Membership.objects.get()
    assert (membership.state, membership.tier) == ("pending", friend)
    assert (membership.public_name, membership.is_public, membership.reason) == ("Nadia K.", True, "Because.")


def test_yearly_and_another_currency_have_addresses_of_their_own(till: Till, friend: Tier, client: Client) -> None:
    make.price(friend, "year", 6000, "USD")
    html = page(client.get("/support/?every=year&in=USD"))
    assert "$60" in html
    assert "a year" in html
    response = send(client, "/support/", fields(friend, "6000", "year", **{"in": "USD"}))
    assert response.status_code == 303
    assert (only_order().amount, only_order().currency, only_order().interval) == (6000, "USD", "year")


def test_an_amount_of_ones_own_is_taken_as_it_is_written(till: Till, friend: Tier, client: Client) -> None:
    assert send(client, "/support/", own(friend, "7,50")).status_code == 303
    assert only_order().amount == 750


def test_who_covers_the_fee_pays_it_on_top(till: Till, friend: Tier, client: Client) -> None:
    send(client, "/support/", fields(friend, cover_fee="1"))
    order = only_order()
    assert (order.given.minor, order.fee_cover) == (500, 46)
    assert order.amount == 546


def test_anonymous_is_the_rule(till: Till, friend: Tier, client: Client) -> None:
    send(client, "/support/", fields(friend, public_name="Nadia"))
    membership = Membership.objects.get()
    assert (membership.public_name, membership.is_public) == ("", False)


def test_a_contribution_is_paid_once(till: Till, friend: Tier, client: Client) -> None:
    html = page(client.get("/support/once/"))
    assert "€10" in html
    sent = {"choice": "once:own", "own-once": "12", "email": "nadia@mail.example", "gateway": "stripe", "in": "EUR"}
    assert send(client, "/support/once/", sent).status_code == 303
    assert (only_order().amount, only_order().interval, only_order().purpose) == (1200, "once", "contribution")
    assert Contribution.objects.count() == 1


def test_who_is_signed_in_needs_no_address_and_gets_the_order(till: Till, friend: Tier, client: Client) -> None:
    reader = accounts.account(email="olena@mail.example", first_name="Olena")
    client.force_login(reader)
    assert client.get("/support/who/").json() == {"email": "olena@mail.example", "name": "Olena", "member": False}
    assert send(client, "/support/", fields(friend, email="")).status_code == 303
    assert (only_order().account, only_order().email) == (reader, "olena@mail.example")


def test_nobody_is_told_of_to_who_isnt_signed_in(friend: Tier, client: Client) -> None:
    response = client.get("/support/who/")
    assert (response.status_code, response.content) == (204, b"")
    assert "no-store" in response["Cache-Control"]


AMOUNTS = [
    ("-5", "Please write an amount from"),
    ("0", "Please write an amount from"),
    ("2.49", "The least amount here is €2.50"),
    ("500000.01", "Please write an amount from €2.50 to €500,000"),
    ("99999999999999999999", "Please write an amount from"),
    ("five", "This is no amount"),
    ("5.001", "no such small coin"),
    ("1e9", "This is no amount"),
    ("NaN", "This is no amount"),
    ("٥", "This is no amount"),
    ("", "This is no amount"),
    ("9" * 10_000, "This is no amount"),
]


@pytest.mark.parametrize(("written", "words"), AMOUNTS, ids=[written[:12] or "nothing" for written, _ in AMOUNTS])
def test_what_is_no_amount_is_said_beside_the_field(
    written: str, words: str, till: Till, friend: Tier, client: Client
) -> None:
    response = send(client, "/support/", own(friend, written, reason="Keep this."))
    assert response.status_code == 400
    assert words in page(response)
    assert "Keep this." in page(response)
    assert "nadia@mail.example" in page(response)
    assert Order.objects.count() == 0


def test_a_button_and_a_written_amount_are_asked_about(till: Till, friend: Tier, client: Client) -> None:
    price = friend.prices.get(interval="month")
    response = send(client, "/support/", {**fields(friend), f"own-{price.pk}": "20"})
    assert response.status_code == 400
    assert "chose one amount and wrote another" in page(response)


TAMPERED = {
    "a price that was never offered": {"choice": "999999:500"},
    "an amount on no button": {"choice": "{price}:1"},
    "no number at all": {"choice": "{price}:five"},
    "nothing": {"choice": ""},
    "another currency": {"in": "USD"},
    "a currency that doesn't exist": {"choice": "{price}:500", "in": "XXX", "gateway": "nowhere"},
    "a gateway there isn't": {"gateway": "nowhere"},
    "a bank transfer every month": {"gateway": "manual"},
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_isnt_offered_cant_be_bought(what: str, till: Till, friend: Tier, client: Client) -> None:
    make.tier("Patron", currency="USD", prices={"month": 2000})
    price = friend.prices.get(interval="month", currency="EUR").pk
    changed = {name: value.format(price=price) for name, value in TAMPERED[what].items()}
    response = send(client, "/support/", {**fields(friend), **changed})
    assert response.status_code == 400
    assert "Nothing was ordered yet" in page(response)
    assert Order.objects.count() == 0


def test_a_tier_taken_from_the_offer_cant_be_bought_from_an_old_page(till: Till, friend: Tier, client: Client) -> None:
    make.tier("Patron")
    sent = fields(friend)
    friend.is_offered = False
    friend.save()
    assert send(client, "/support/", sent).status_code == 400


LONG = "a" * 300 + "@mail.example"
ADDRESSES = ["", "nadia", "nadia@", "nadia@mail.example\nBcc: a@b.example", LONG, "a b@c.de"]


@pytest.mark.parametrize("address", ADDRESSES, ids=range(len(ADDRESSES)))
def test_what_is_no_mail_address_is_said(address: str, till: Till, friend: Tier, client: Client) -> None:
    response = send(client, "/support/", fields(friend, email=address))
    assert response.status_code == 400
    assert 'id="email-problem"' in page(response)
    assert Order.objects.count() == 0


def test_a_name_of_ten_thousand_letters_is_refused_and_a_line_break_is_a_space(
    till: Till, friend: Tier, client: Client
) -> None:
    response = send(client, "/support/", fields(friend, name="N" * 10_000, reason="R" * 10_000))
    assert response.status_code == 400
    assert "at most 120 characters" in page(response)
    assert "at most 1000 characters" in page(response)
    assert send(client, "/support/", fields(friend, name="Nadia\r\nBcc: all@mail.example")).status_code == 303
    assert only_order().name == "Nadia Bcc: all@mail.example"
    assert send(client, "/support/", fields(friend, name="Nadia\x00")).status_code == 400


def test_markup_in_a_name_is_text(till: Till, friend: Tier, client: Client) -> None:
    response = send(client, "/support/", fields(friend, email="", reason="</textarea><script>1</script>"))
    assert "<script>1" not in page(response)


def test_a_mail_address_isnt_published_as_a_name(till: Till, friend: Tier, client: Client) -> None:
    response = send(client, "/support/", fields(friend, public="yes", public_name="nadia@mail.example"))
    assert "would be read by everybody" in page(response)


def test_two_clicks_are_one_order(till: Till, friend: Tier, client: Client) -> None:
    sent = fields(friend, nonce="a-nonce")
    first, second = send(client, "/support/", sent), send(client, "/support/", sent)
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == Membership.objects.count() == 1
    changed = send(client, "/support/", {**sent, "name": "Nadia"})
    assert changed["Location"] != first["Location"]
    assert Order.objects.count() == 2


def test_a_form_sent_again_after_its_page_was_closed_by_the_provider_begins_anew(
    till: Till, friend: Tier, client: Client
) -> None:
    sent = fields(friend, nonce="a-nonce")
    first = send(client, "/support/", sent)
    till.double.advance(days=2)
    second = send(client, "/support/", sent)
    assert second.status_code == 303
    assert second["Location"] != first["Location"]
    assert sorted(Order.objects.values_list("state", flat=True)) == ["abandoned", "open"]


FOREIGN = [
    {"HTTP_ORIGIN": "https://elsewhere.example"},
    {"HTTP_ORIGIN": "null"},
    {"HTTP_REFERER": "https://elsewhere.example/support/"},
    {"HTTP_SEC_FETCH_SITE": "cross-site", **HERE},
    {"HTTP_SEC_FETCH_SITE": "same-site", **HERE},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=range(len(FOREIGN)))
def test_a_form_on_another_site_orders_nothing(
    headers: dict[str, str], till: Till, friend: Tier, client: Client
) -> None:
    response = client.post("/support/", fields(friend), **headers)
    assert response.status_code == 403
    assert Order.objects.count() == 0


@pytest.mark.parametrize("headers", [{"HTTP_SEC_FETCH_SITE": "same-origin"}, {"HTTP_REFERER": "http://testserver/"}])
def test_each_way_of_saying_where_a_form_stands_is_enough(
    headers: dict[str, str], till: Till, friend: Tier, client: Client
) -> None:
    assert client.post("/support/", fields(friend), **headers).status_code == 303


def test_a_provider_that_is_down_loses_nothing(till: Till, friend: Tier, client: Client) -> None:
    till.double.faults.order(Fault("error"))
    response = send(client, "/support/", fields(friend, name="Nadia Koval"))
    assert response.status_code == 503
    assert "can’t be reached at the moment" in page(response)
    assert "Nadia Koval" in page(response)


def test_without_a_way_to_pay_the_page_says_how_to_help(friend: Tier, client: Client) -> None:
    html = page(client.get("/support/"))
    assert "We can’t take payments here yet." in html
    assert "<form method" not in html
    assert send(client, "/support/", fields(friend)).status_code == 400
    assert Order.objects.count() == 0


def test_without_tiers_too(till: Till, client: Client) -> None:
    paper.newsroom()
    assert "We can’t take payments here yet." in page(client.get("/support/"))
    assert "We can’t take payments here yet." in page(client.get("/support/gift/"))
    assert "Continue to payment" in page(client.get("/support/once/"))


def test_the_policy_lets_the_form_lead_to_the_provider(till: Till, friend: Tier, client: Client) -> None:
    policy = client.get("/support/")["Content-Security-Policy"]
    form_action = next(part for part in policy.split(";") if "form-action" in part)
    assert "https://checkout.stripe.com" in form_action


def test_who_is_a_member_already_is_led_to_their_account(till: Till, friend: Tier, client: Client) -> None:
    send(client, "/support/", fields(friend))
    till.pay(only_order())
    reader = only_order().account
    client.force_login(reader)
    assert client.get("/support/who/").json()["member"] is True
    response = send(client, "/support/", fields(friend, "1000"))
    assert (response.status_code, response["Location"]) == (302, "/account/")
    assert Order.objects.count() == 1


def test_each_language_has_the_page_and_leads_to_the_other(till: Till, friend: Tier, client: Client) -> None:
    paper.home()
    paper.home("uk")
    html = page(client.get("/support/"))
    assert '<a href="/uk/support/"' in "".join(html.split("\n")).replace("               ", " ")
    assert 'hreflang="uk" href="http://127.0.0.1:8000/uk/support/"' in html
    response = send(client, "/uk/support/", fields(friend))
    assert response.status_code == 303
    assert only_order().language == "uk"
    assert 'action="/uk/support/"' in page(client.get("/uk/support/"))


def test_too_many_orders_from_one_network_are_put_off(
    till: Till, friend: Tier, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("masthead.members.views.asking.ORDERS", "2/h")
    answers = [send(client, "/support/", fields(friend, name=f"N {number}")).status_code for number in range(3)]
    assert answers == [303, 303, 429]
    assert Order.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one_order(till: Till) -> None:
    paper.newsroom()
    make.offer()
    sent = fields(make.tier("Friend"), nonce="a-nonce")
    together = threading.Barrier(2)
    answers: list[Any] = []

    def click() -> None:
        try:
            together.wait(10)
            answers.append(send(Client(), "/support/", sent))
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join(60)
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer["Location"] for answer in answers}) == 1
    assert Order.objects.count() == Membership.objects.count() == 1


def test_the_fee_is_said_in_plain_figures(till: Till, friend: Tier, client: Client) -> None:
    make.offer(fee_percent="10")
    assert "10% and €0.30" in page(client.get("/support/"))
