"""The hosted pages as a reader meets them: without a script, with words beside what is wrong, and a way back."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from masthead.payments.gateways.stripe.double import Double
from masthead.payments.gateways.stripe.double.tests.shop import DAY, START, checkout, line, subscribed, types


class Page(HTMLParser):
    """What a reader, or a machine that reads for them, makes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def field(self, name: str) -> dict[str, str]:
        return next(attrs for attrs in self.all("input") if attrs["name"] == name)

    def by_id(self, id_: str) -> dict[str, str]:
        return next(attrs for _, attrs in self.tags if attrs.get("id") == id_)


FORM = {"number": "4242 4242 4242 4242", "expiry": "12/60", "cvc": "123", "name": "A Reader", "email": "a@example.org"}


@pytest.fixture
def double() -> Double:
    return Double(start=START)


def get(double: Double, url: str) -> tuple[int, Page]:
    status, _, html = double.browse("GET", url)
    return status, Page(html)


def test_what_is_on_the_page(double: Double) -> None:
    session = checkout(double.client(), line_items=[line(123456), {**line(500, interval=None), "quantity": 2}])
    status, page = get(double, session.url)
    assert status == 200
    assert "Stripe test double – no money moves" in page.text
    assert "€1,234.56" in page.text
    assert "Membership × 2" in page.text
    assert "€1,244.56" in page.text
    assert {"href": "http://n.test/back"} in [{"href": a["href"]} for a in page.all("a")]
    labels = {attrs["for"] for attrs in page.all("label")}
    for name in ("email", "number", "expiry", "cvc", "name"):
        field = page.field(name)
        assert field["id"] in labels
        assert field["autocomplete"] not in ("", "off")
    assert page.all("script") == []
    assert [page.tags[0][0], page.all("html")[0]["lang"]] == ["html", "en"]
    assert not any("style" in attrs or name == "style" for name, attrs in page.tags)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [(500, "jpy", "¥500"), (5120, "kwd", "5.120 KWD"), (500, "isk", "5 ISK"), (50, "usd", "$0.50")],
)
def test_each_currency_has_its_own_digits(double: Double, amount: int, currency: str, shown: str) -> None:
    session = checkout(double.client(), line_items=[line(amount, currency)])
    assert shown in get(double, session.url)[1].text


WRONG = [
    ("number", "4242 4242 4242 4241", "Your card number is invalid."),
    ("number", "", "Please write the card number."),
    ("number", "4111 1111 1111 1111", "This is not a test card."),
    ("expiry", "01/27x", "Your card's expiration date is incomplete."),
    ("expiry", "13/40", "Your card's expiration date is incomplete."),
    ("expiry", "12/26", "Your card's expiration date is in the past."),
    ("cvc", "12", "Your card's security code is incomplete."),
    ("email", "nobody", "Your e-mail address is incomplete."),
    ("name", "", "Please write the name"),
]


@pytest.mark.parametrize(("name", "value", "words"), WRONG)
def test_a_mistake_is_said_beside_its_field(double: Double, name: str, value: str, words: str) -> None:
    session = checkout(double.client())
    status, _, html = double.browse("POST", session.url, **{**FORM, name: value})
    page = Page(html)
    assert status == 422
    assert page.field(name)["aria-invalid"] == "true"
    assert f"{name}-error" in page.field(name)["aria-describedby"].split()
    assert page.by_id(f"{name}-error")
    assert words in page.text.replace("&#x27;", "'")
    assert page.field(name)["value"] == value
    assert [attrs for attrs in page.all("div") if attrs.get("role") == "alert"]
    assert {"href": f"#{name}"} in page.all("a")
    assert "<title>Error: " in html
    assert types(double)[-1] == "price.created"


def test_this_month_is_not_past(double: Double) -> None:
    session = checkout(double.client())
    status, onward, _ = double.browse("POST", session.url, **{**FORM, "expiry": "1/27"})
    assert (status, onward) == (303, "http://n.test/done")


@pytest.mark.parametrize("number", ["5555 5555 5555 4444", "378282246310005", "4242-4242-4242-4242"])
def test_brands_and_ways_to_write_a_number(double: Double, number: str) -> None:
    session = checkout(double.client())
    assert (
        double.browse("POST", session.url, **{**FORM, "number": number, "cvc": "1234" if number[0] == "3" else "123"})[
            0
        ]
        == 303
    )
    brands = {"5": "mastercard", "3": "amex", "4": "visa"}
    [charge] = double.client().v1.charges.list().data
    card: Any = charge.payment_method_details
    assert card.card.brand == brands[number[0]]
    assert card.card.last4 == number[-4:]


DECLINES = [
    ("4000000000000002", "card_declined", "generic_decline", "Your card was declined."),
    ("4000000000009995", "card_declined", "insufficient_funds", "Your card has insufficient funds."),
    ("4000000000000069", "expired_card", "expired_card", "Your card has expired."),
    ("4000000000000127", "incorrect_cvc", "incorrect_cvc", "security code is incorrect"),
]


@pytest.mark.parametrize(("number", "code", "decline", "words"), DECLINES)
def test_a_card_that_is_declined(double: Double, number: str, code: str, decline: str, words: str) -> None:
    client = double.client()
    session = checkout(client)
    status, _, html = double.browse("POST", session.url, **{**FORM, "number": number})
    page = Page(html)
    assert status == 422
    assert words in page.text.replace("&#x27;", "'")
    assert page.field("number")["value"] == number
    assert page.field("cvc")["value"] == ""
    tried: Any = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    error = tried.payment_intent.last_payment_error
    assert (tried.status, error.code, error.decline_code) == ("open", code, decline)
    assert double.browse("POST", session.url, **FORM)[0] == 303
    done: Any = client.v1.checkout.sessions.retrieve(session.id)
    assert done.payment_intent == tried.payment_intent.id
    assert len(client.v1.charges.list({"payment_intent": done.payment_intent}).data) == 2


@pytest.mark.parametrize("mode", ["payment", "subscription", "setup"])
def test_three_d_secure(double: Double, mode: str) -> None:
    client = double.client()
    customer = client.v1.customers.create({"email": "a@example.org"})
    session = checkout(client, mode, customer=customer.id)
    form = {**FORM, "number": "4000002500003155"}
    status, onward, _ = double.browse("POST", session.url, **form)
    bank = f"http://stripe.test{onward}"
    assert (status, onward.startswith("/authenticate/")) == (303, True)
    page = get(double, bank)[1]
    assert [button["value"] for button in page.all("button")] == ["yes", "no"]
    status, _, html = double.browse("POST", bank, passed="no")
    assert status == 422
    assert "unable to authenticate" in html
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    onward = double.browse("POST", session.url, **form)[1]
    status, onward, _ = double.browse("POST", f"http://stripe.test{onward}", passed="yes")
    assert (status, onward) == (303, "http://n.test/done")
    assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"
    assert double.browse("GET", bank)[0] == 404


def test_two_tabs(double: Double) -> None:
    session = checkout(double.client())
    assert double.browse("POST", session.url, **FORM)[0] == 303
    status, _, html = double.browse("POST", session.url, **FORM)
    assert status == 200
    assert "This payment is finished" in html
    assert len(double.client().v1.charges.list().data) == 1
    assert "http://n.test/done" in get(double, session.url)[1].text or "finished" in get(double, session.url)[1].text


def test_a_page_that_has_expired(double: Double) -> None:
    session = checkout(double.client())
    double.advance(seconds=DAY)
    for method, form in (("GET", {}), ("POST", FORM)):
        status, _, html = double.browse(method, session.url, **form)
        assert status == 410
        assert "This page has expired" in html
        assert "http://n.test/back" in html
    assert double.money() == {}


def test_a_page_that_never_was(double: Double) -> None:
    assert get(double, "http://stripe.test/c/pay/cs_test_nothing")[0] == 404
    assert get(double, "http://stripe.test/somewhere")[0] == 404


def test_a_card_is_kept_without_a_payment(double: Double) -> None:
    client = double.client()
    customer = client.v1.customers.create({"email": "a@example.org"})
    session = checkout(client, "setup", customer=customer.id)
    assert "Nothing is charged today" in get(double, session.url)[1].text
    assert double.browse("POST", session.url, **FORM)[0] == 303
    done: Any = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
    assert (done.payment_status, done.setup_intent.status) == ("no_payment_required", "succeeded")
    [method] = client.v1.customers.payment_methods.list(customer.id).data
    assert method.id == done.setup_intent.payment_method
    changed = client.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
    settings: Any = changed.invoice_settings
    assert settings.default_payment_method == method.id


def test_names_are_shown_as_they_are(double: Double) -> None:
    item = line(500)
    item["price_data"]["product_data"]["name"] = "<b>Tea & cake</b>"
    session = checkout(double.client(), line_items=[item])
    html = double.browse("GET", session.url)[2]
    assert "&lt;b&gt;Tea &amp; cake&lt;/b&gt;" in html


def test_the_portal(double: Double) -> None:
    client = double.client()
    subscription = subscribed(double, "4000000000000341")
    portal = client.v1.billing_portal.sessions.create(
        {"customer": subscription.customer, "return_url": "http://n.test/me"}
    )
    status, page = get(double, portal.url)
    assert status == 200
    assert "renews on 15 February 2027" in page.text
    assert "http://n.test/me" in [a["href"] for a in page.all("a")]
    cancel = next(a["href"] for a in page.all("a") if "/cancel/" in a["href"])
    assert "stays until 15 February 2027" in get(double, f"http://stripe.test{cancel}")[1].text
    assert double.browse("POST", f"http://stripe.test{cancel}")[0] == 303
    assert client.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end
    page = get(double, portal.url)[1]
    keep = next(form["action"] for form in page.all("form") if "/keep/" in form["action"])
    double.browse("POST", f"http://stripe.test{keep}")
    assert not client.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end
    card = f"{portal.url}/card"
    status, _, html = double.browse("POST", card, **{**FORM, "number": "4242424242424241"})
    assert (status, "Your card number is invalid." in html) == (422, True)
    assert double.browse("POST", card, **{**FORM, "number": "5555555555554444"})[0] == 303
    assert "Mastercard ending in 4444" in get(double, portal.url)[1].text
    double.advance(seconds=3601)
    assert get(double, portal.url)[0] == 410


def test_the_portals_short_ways(double: Double) -> None:
    client = double.client()
    subscription = subscribed(double)
    after: Any = {"type": "redirect", "redirect": {"return_url": "http://n.test/thanks"}}
    update: Any = {"type": "payment_method_update", "after_completion": after}
    portal = client.v1.billing_portal.sessions.create({"customer": subscription.customer, "flow_data": update})
    assert double.browse("POST", portal.url, **FORM)[:2] == (303, "http://n.test/thanks")
    cancel: Any = {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": subscription.id},
        "after_completion": after,
    }
    portal = client.v1.billing_portal.sessions.create({"customer": subscription.customer, "flow_data": cancel})
    assert "Cancel your subscription?" in get(double, portal.url)[1].text
    assert double.browse("POST", portal.url)[:2] == (303, "http://n.test/thanks")
    assert client.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end


def test_receipts_and_invoices_have_pages(double: Double) -> None:
    client = double.client()
    subscribed(double)
    [charge] = client.v1.charges.list().data
    [invoice] = client.v1.invoices.list().data
    for url in (charge.receipt_url, invoice.hosted_invoice_url):
        assert url is not None
        status, page = get(double, url)
        assert (status, "€25.00" in page.text) == (200, True)


def test_an_open_invoice_can_be_paid_with_another_card(double: Double) -> None:
    client = double.client()
    subscription = subscribed(double, "4000000000000341")
    double.advance(days=32)
    [invoice, _] = client.v1.invoices.list({"subscription": subscription.id}).data
    assert invoice.hosted_invoice_url is not None
    assert "Pay · €25.00" in get(double, invoice.hosted_invoice_url)[1].text
    status, _, html = double.browse("POST", invoice.hosted_invoice_url, **{**FORM, "number": "4000000000009995"})
    assert (status, "insufficient funds" in html) == (422, True)
    form = {**FORM, "number": "4000002500003155"}
    for passed, code in (("no", 422), ("yes", 303)):
        onward = double.browse("POST", invoice.hosted_invoice_url, **form)[1]
        assert double.browse("POST", f"http://stripe.test{onward}", passed=passed)[0] == code
    assert client.v1.invoices.retrieve(invoice.id).status == "paid"
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert "Status: paid" in get(double, invoice.hosted_invoice_url)[1].text
    assert double.money()["eur"].charges == 5000


def test_a_payment_intent_of_the_api_is_authenticated(double: Double) -> None:
    client = double.client()
    intent = client.v1.payment_intents.create(
        {"amount": 700, "currency": "eur", "payment_method": "pm_card_authenticationRequired", "confirm": True}
    )
    action: Any = intent.next_action
    assert intent.status == "requires_action"
    status, _, html = double.browse("POST", action.redirect_to_url.url, passed="yes")
    assert (status, "The payment was made" in html) == (200, True)
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
