"""The hosted pages in a real browser: by keyboard, on a phone, without scripts, and with nothing that axe finds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import stripe
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from masthead.payments.gateways.stripe.double.server import Server, serve
from masthead.payments.gateways.stripe.double.tests.shop import line, subscribed

pytestmark = pytest.mark.browser
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}


@pytest.fixture
def served() -> Iterator[Server]:
    server = serve(0, ":memory:", [], newsroom="The Daily Example")
    server.start()
    yield server
    server.stop()


def client(server: Server) -> stripe.StripeClient:
    return stripe.StripeClient("sk_test_browser", base_addresses={"api": server.address})


def clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is wider than the screen"


def fill(page: Page, **values: str) -> None:
    labels = {
        "email": "E-mail",
        "number": "Card number",
        "expiry": "Expiry",
        "cvc": "Security code",
        "name": "Name on card",
    }
    for name, value in values.items():
        page.get_by_label(labels[name]).fill(value)


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["dark phone", "light desktop"])
def test_a_reader_subscribes_and_cancels(served: Server, screen: dict[str, Any]) -> None:
    session: Any = client(served).v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": f"{served.address}/receipts/done",
            "line_items": [line(500, interval="month")],  # type: ignore[list-item]
        }
    )
    portal = client(served).v1.billing_portal.sessions.create({"customer": subscribed(served.double).customer})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(**screen, bypass_csp=True)
        page.goto(session.url)
        clean(page)
        fill(page, email="a@example.org", number="4000002500003155", expiry="1/20", cvc="123", name="A Reader")
        page.get_by_role("button", name="Subscribe").click()
        assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
        clean(page)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "expiry"
        fill(page, expiry="12/60")
        page.keyboard.press("Enter")
        page.wait_for_url("**/authenticate/*")
        clean(page)
        page.get_by_role("button", name="Complete authentication").click()
        page.wait_for_url("**/receipts/done")
        page.goto(portal.url)
        clean(page)
        page.get_by_role("link", name="Cancel subscription").click()
        clean(page)
        page.get_by_role("button", name="Cancel subscription").click()
        page.get_by_text("It ends on").wait_for()
        clean(page)
        browser.close()


def test_without_scripts(served: Server) -> None:
    session: Any = client(served).v1.checkout.sessions.create(
        {"mode": "payment", "success_url": f"{served.address}/receipts/done", "line_items": [line()]}  # type: ignore[list-item]
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(java_script_enabled=False)
        page.goto(session.url)
        fill(page, email="a@example.org", number="4242424242424242", expiry="12/60", cvc="123", name="A Reader")
        page.get_by_role("button", name="Pay").click()
        page.wait_for_url("**/receipts/done")
        browser.close()
    assert client(served).v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
