"""Readers pay: at the newsroom's own pages and the double's, with a browser, and come back to what they bought."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from masthead.config.tests.newsroom import until
from tests.end_to_end.browsing import Visitor
from tests.end_to_end.paper import Paper

pytestmark = pytest.mark.browser

GOOD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"
NADIA, OLHA = "nadia@mail.example", "olha@mail.example"


def choose(visitor: Visitor, paper: Paper, path: str, amount: str, address: str = NADIA) -> Page:
    """Open a page of support, choose an amount, and say who pays."""
    visitor.goto(paper.url(path))
    page = visitor.page
    page.locator(".pick", has_text=amount).first.click()
    page.get_by_label("Your mail address").fill(address)
    return page


def to_the_till(page: Page) -> None:
    page.get_by_role("button", name="Continue to payment").click()
    page.wait_for_url("**/c/pay/**")


def pay(page: Page, card: str = GOOD) -> None:
    page.locator("#number").fill(card)
    page.locator("#expiry").fill("12 / 34")
    page.locator("#cvc").fill("123")
    page.locator("#name").fill("N. Koval")
    page.locator("main form button, form button").first.click()


def test_a_reader_becomes_a_member_after_a_card_that_was_declined(paper: Paper, reader: Visitor) -> None:
    page = choose(reader, paper, "/support/", "€20")
    expect(page.locator("[data-fee]")).to_have_text("(+ €0.91)")
    assert reader.context.cookies() == []
    to_the_till(page)
    pay(page, DECLINED)
    expect(page.locator("#number")).to_be_visible()
    pay(page)
    page.wait_for_url(paper.url("/support/back/**"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. You are a member.")
    expect(page.get_by_text("Membership: Friend, €20")).to_be_visible()
    assert not Axe().run(page).violations_count
    assert until(lambda: "Friend" in paper.letters(NADIA))


def test_who_writes_an_amount_has_its_button_chosen_and_who_goes_back_may_go_on(paper: Paper, reader: Visitor) -> None:
    page = choose(reader, paper, "/support/once/", "€10")
    page.get_by_label("Your amount, from").fill("7,50")
    expect(page.get_by_label("Another amount")).to_be_checked()
    to_the_till(page)
    page.go_back()
    expect(page.get_by_role("button", name="Continue to payment")).to_be_enabled()
    page.locator(".pick", has_text="€25").click()
    page.get_by_label("Your mail address").fill(NADIA)
    to_the_till(page)
    pay(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you.")
    expect(page.get_by_text("Your €25 pay for reporting.")).to_be_visible()


def test_a_gift_is_bought_printed_and_redeemed_by_somebody_else(
    paper: Paper, reader: Visitor, visit: Callable[..., Visitor]
) -> None:
    page = choose(reader, paper, "/support/gift/", "3 months")
    page.get_by_text("As a card that I print").click()
    expect(page.get_by_label("Mail address of who gets it")).to_be_hidden()
    page.get_by_label("Name of who gets it").fill("Olha")
    to_the_till(page)
    pay(page)
    page.get_by_role("link", name="Cards to print").click()
    code = page.locator(".card .code").inner_text()

    friend = visit(viewport={"width": 320, "height": 700})
    friend.goto(paper.url(f"/gift/#{code}"))
    gift = friend.page
    expect(gift.get_by_label("The code of your gift")).to_have_value(code)
    assert gift.url == paper.url("/gift/")
    gift.get_by_role("button", name="Go on").click()
    expect(gift.get_by_role("heading", level=1)).to_have_text("Reader, for 3 months")
    gift.get_by_label("Your mail address").fill(OLHA)
    gift.get_by_role("button", name="Send me a code").click()
    assert until(lambda: re.search(r"\b\d{6}\b", paper.letters(OLHA)))
    gift.get_by_label("The six digits").fill(re.findall(r"\b\d{6}\b", paper.letters(OLHA))[-1])
    gift.locator("main form button[type=submit]").first.click()
    expect(gift.get_by_text(f"You are signed in as {OLHA}.")).to_be_visible()
    gift.get_by_role("button", name="Redeem it now").click()
    expect(gift.get_by_role("heading", level=1)).to_have_text("Welcome. You are a member.")

    friend.goto(paper.url("/support/"))  # the same pressed page, which a script fills in for whom it knows
    expect(gift.get_by_label("Your mail address")).to_have_value(OLHA)


def test_everything_can_be_chosen_without_a_script(paper: Paper, visit: Callable[..., Visitor]) -> None:
    page = choose(visit(java_script_enabled=False), paper, "/support/?every=year", "€50")
    to_the_till(page)
    pay(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. You are a member.")


def test_a_bank_transfer_leads_to_the_account_and_a_reference(paper: Paper, reader: Visitor) -> None:
    page = choose(reader, paper, "/support/once/", "€50")
    page.get_by_text("Bank transfer", exact=True).click()
    page.get_by_role("button", name="Continue to payment").click()
    page.wait_for_url(paper.url("/support/transfer/**"))
    expect(page.get_by_text("IBAN XX00 0000 0000")).to_be_visible()
    expect(page.get_by_text("€50.00")).to_be_visible()
    assert not Axe().run(page).violations_count


def test_what_is_wrong_is_said_at_the_head_and_beside_the_field(paper: Paper, reader: Visitor) -> None:
    reader.goto(paper.url("/support/"))
    page = reader.page
    page.get_by_label("Your amount, from").first.fill("five")
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#problems").get_by_role("link")).to_have_text(
        [
            "This is no amount. Please write a number, for example 5.",
            "Please write your mail address: the receipt goes there.",
        ]
    )
    page.locator("#problems").get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.value") in {"five", ""}
    assert not Axe().run(page).violations_count
