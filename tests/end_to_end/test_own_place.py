"""A reader's way through sign-in and the own place, in a real browser: by mailed code, by passkey, without scripts."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from masthead.config.env import REPOSITORY
from masthead.config.tests.newsroom import environment, until
from tests.end_to_end.browsing import Visitor
from tests.end_to_end.paper import Paper
from tests.end_to_end.test_accessibility import SCREENS, violations

pytestmark = pytest.mark.browser

ADDRESS = "nadia@reader.example"
NARROW = {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}}
DIGITS = re.compile(r"^\s+(\d{6})$", re.MULTILINE)
# A device that makes and shows passkeys without anybody's finger.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def address(paper: Paper, request: pytest.FixtureRequest) -> str:
    """A reader's address with an account; one for each test, for codes are limited."""
    made = f"{abs(hash(request.node.name)) % 10**8}-{ADDRESS}"
    program = f"from masthead.accounts.actions import account_for; account_for({made!r}, 'Nadia Koval')"
    subprocess.run(
        [sys.executable, "-m", "masthead", "shell", "-v0", "-c", program],
        env=environment(paper.data, PORT=str(paper.port)),
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return made


def letters_to(paper: Paper, address: str) -> list[str]:
    """What lies in the folder for an address, the oldest first."""
    files = (paper.data / "mail").glob("*")
    found = sorted((file.stat().st_mtime, file.read_text()) for file in files)
    return [text for _at, text in found if f"To: {address}" in text]


def letter_to(paper: Paper, address: str, number: int = 1) -> str:
    """The newest letter to an address, once there are so many."""
    assert until(lambda: len(letters_to(paper, address)) >= number, 20)
    return letters_to(paper, address)[-1]


def url(paper: Paper, path: str) -> str:
    """Passkeys are for names, not for numbers."""
    return f"http://localhost:{paper.port}{path}"


def sign_in(visitor: Visitor, paper: Paper, address: str) -> None:
    """By the digits of the letter."""
    page = visitor.page
    visitor.goto(url(paper, "/account/"))
    before = len(letters_to(paper, address))
    page.get_by_label("Your mail address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    found = DIGITS.search(letter_to(paper, address, before + 1))
    assert found
    expect(page.get_by_label("The six digits")).to_be_focused()
    page.keyboard.type(found[1])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")


@pytest.mark.parametrize("screen", [*SCREENS, "narrow"])
def test_every_page_is_for_everybody(screen: str, paper: Paper, address: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit(**{**SCREENS, "narrow": NARROW}[screen])
    page = visitor.page
    seen = []

    def look() -> None:
        page.wait_for_load_state("networkidle")
        seen.append(page.url)
        assert violations(visitor) == "", page.url
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, page.url

    visitor.goto(url(paper, "/account/"))
    look()
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_text("Please write your mail address.")).to_be_visible()
    look()
    page.get_by_label("Your mail address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("The six digits").fill("12")
    page.get_by_role("button", name="Sign in", exact=True).click()
    look()
    letter_to(paper, address)
    page.get_by_role("button", name="Another address").click()
    sign_in(visitor, paper, address)
    look()
    for path in ("name/", "address/", "passkeys/add/", "erase/"):
        visitor.goto(url(paper, f"/account/{path}"))
        look()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Erase me for good").click()
    look()
    page.get_by_label("Yes, erase me").check()
    page.get_by_role("button", name="Erase me for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are erased")
    look()
    assert len(seen) == 10


def test_a_passkey_is_added_signs_in_and_is_removed(paper: Paper, address: str, reader: Visitor) -> None:
    device = reader.context.new_cdp_session(reader.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    sign_in(reader, paper, address)
    page = reader.page
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("A name for it").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("My phone", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(url(paper, "/"))
    page.get_by_role("link", name="My account").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")
    page.get_by_role("button", name="Remove My phone").click()
    expect(page.get_by_text("The passkey is forgotten.", exact=False)).to_be_visible()
    assert "A passkey was added" in letter_to(paper, address, 2)


def test_it_all_works_without_scripts(paper: Paper, address: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit(java_script_enabled=False)
    sign_in(visitor, paper, address)
    page = visitor.page
    with page.expect_download() as taken:
        page.get_by_role("button", name="Export my data").click()
    assert address in taken.value.path().read_text()
    page.get_by_role("link", name="Change your mail address").click()
    page.get_by_label("Your new mail address").fill(f"new-{address}")
    page.get_by_role("button", name="Write to this address").click()
    letter = letter_to(paper, f"new-{address}")
    found = re.search(r"/account/address/\S+", letter)
    assert found
    visitor.goto(url(paper, found[0]))
    page.get_by_role("button", name="Use this address").click()
    expect(page.get_by_text(f"new-{address}").first).to_be_visible()
    visitor.goto(url(paper, "/account/passkeys/add/"))
    expect(page.get_by_text("scripts are switched off")).to_be_visible()
