"""The reader's own place: see, take away, change, and have erased what the newsroom keeps; and nobody else's."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from masthead.accounts import personal
from masthead.accounts.models import Account
from masthead.accounts.tests.factories import account, reporter
from masthead.accounts.tests.mailed import letters, sign_in
from masthead.mail.actions import write
from masthead.mail.models import Letter

pytestmark = pytest.mark.django_db
ADDRESS = "nadia@reader.example"


@pytest.fixture
def reader() -> Account:
    return account(email=ADDRESS, password=None, first_name="Nadia", last_name="Koval")


@pytest.fixture
def own(reader: Account) -> Client:
    """The browser of a reader who has just signed in."""
    client = Client()
    sign_in(client, reader.email)
    return client


@pytest.fixture
def bakery(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A part of an app above: bread that was ordered."""
    erased: list[str] = []
    monkeypatch.setattr(personal, "_parts", dict(personal._parts))

    def erase(account: Account) -> None:
        erased.append(account.email)

    personal.register(
        personal.Part(
            "bread",
            "Bread",
            order=10,
            template="account/messages/logged_out.txt",
            export=lambda account: [{"loaf": "rye", "for": account.email}],
            erase=erase,
            kept=lambda _account: "Bills, for ten years: the law asks for it.",
        )
    )
    return erased


def link_in(body: str) -> str:
    return re.search(r"https?://[^/]+(/account/address/\S+)", body)[1]


def test_parts_of_the_apps_above_stand_on_the_page_in_their_order(own: Client, bakery: list[str]) -> None:
    page = own.get("/account/").content.decode()
    assert page.index("Bread") < page.index("Name and address") < page.index("Your data")


def test_two_parts_of_one_name_are_refused(bakery: list[str]) -> None:
    with pytest.raises(ValueError, match="bread"):
        personal.register(personal.Part("bread", "Other bread"))


def test_everything_is_taken_away_as_one_file(own: Client, bakery: list[str]) -> None:
    answer = own.post("/account/data/")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="my-data-')
    assert answer.headers["Cache-Control"] == "private, no-store"
    data = json.loads(answer.content)
    assert data["account"]["address"] == ADDRESS
    assert data["account"]["last_name"] == "Koval"
    assert data["bread"] == [{"loaf": "rye", "for": ADDRESS}]
    assert "code" not in str(data["letters"])


@pytest.mark.parametrize("path", ["", "name/", "address/", "erase/", "passkeys/add/", "data/"])
def test_nothing_of_it_is_for_strangers(reader: Account, path: str) -> None:
    stranger = Client()
    for answer in (stranger.get(f"/account/{path}"), stranger.post(f"/account/{path}", {"second": 1, "sure": "on"})):
        assert answer.headers["Location"].startswith("/account/sign-in/?next=%2Faccount%2F")
    assert Account.objects.filter(email=ADDRESS).exists()


def test_a_name_is_changed(own: Client, reader: Account) -> None:
    own.post("/account/name/", {"first_name": "Nadiia", "last_name": "Koval"})
    reader.refresh_from_db()
    assert reader.first_name == "Nadiia"
    assert "Your name is changed." in own.get("/account/").content.decode()


def test_an_address_is_changed_by_who_can_read_mail_there(own: Client, reader: Account) -> None:
    page = own.post("/account/address/", {"email": "New@Reader.Example"}).content.decode()
    assert "new@reader.example" in page
    letter = letters()[-1]
    assert letter.to == ["new@reader.example"]
    link = link_in(letter.body)
    assert own.get(link).status_code == 200
    reader.refresh_from_db()
    assert reader.email == ADDRESS  # opened by a program that looks for viruses, perhaps
    assert own.post(link).headers["Location"] == "/account/"
    reader.refresh_from_db()
    assert reader.email == "new@reader.example"
    told = letters()[-1]
    assert told.to == [ADDRESS]
    assert "new@reader.example" in told.body
    assert own.post(link).status_code == 410
    assert own.get("/account/").status_code == 200


def test_letters_to_a_former_address_are_still_ones_own(own: Client, reader: Account) -> None:
    sent = write("receipt:1", ADDRESS, "erased", {}, "en")
    letters()
    waiting = write("receipt:2", ADDRESS, "erased", {}, "en", not_before=timezone.now() + timedelta(days=1))
    own.post("/account/address/", {"email": "new@reader.example"})
    own.post(link_in(letters()[-1].body))
    letters()
    later = write("receipt:3", ADDRESS, "erased", {}, "en")  # to whoever has it since then
    waiting.refresh_from_db()
    assert waiting.to == "new@reader.example"
    data = json.loads(own.post("/account/data/").content)
    assert data["account"]["former_addresses"] == [ADDRESS]
    assert [each["to"] for each in data["letters"]] == [ADDRESS, "new@reader.example"]
    own.post("/account/erase/", {"second": "1", "sure": "on"})
    for letter, kept in ((sent, ""), (waiting, ""), (later, ADDRESS)):
        letter.refresh_from_db()
        assert letter.to == kept
    assert "new@reader.example" not in str(list(Letter.objects.exclude(kind="erased").values()))
    assert ADDRESS not in str(list(Letter.objects.exclude(pk=later.pk).exclude(sealed=True).values()))


def test_somebody_elses_address_is_neither_taken_nor_told(own: Client, reader: Account) -> None:
    other = account(email="oleh@reader.example", password=None)
    free = own.post("/account/address/", {"email": "free@reader.example"}).content.decode()
    taken = own.post("/account/address/", {"email": other.email}).content.decode()
    assert free.replace("free@", "oleh@") == taken
    letter = letters()[-1]
    assert letter.to == [other.email]
    assert "nothing was changed" in letter.body
    assert "/account/address/" not in letter.body


def test_an_address_that_was_taken_meanwhile_is_not_taken_away(own: Client, reader: Account) -> None:
    own.post("/account/address/", {"email": "new@reader.example"})
    link = link_in(letters()[-1].body)
    account(email="NEW@reader.example", password=None)
    assert own.post(link).status_code == 410
    reader.refresh_from_db()
    assert reader.email == ADDRESS


def test_a_link_is_its_own_readers(own: Client, reader: Account) -> None:
    own.post("/account/address/", {"email": "new@reader.example"})
    link = link_in(letters()[-1].body)
    other = Client()
    account(email="oleh@reader.example", password=None)
    sign_in(other, "oleh@reader.example")
    assert other.post(link).status_code == 410
    assert own.post(link[:-4] + "abc/").status_code == 410
    assert not Account.objects.filter(email="new@reader.example").exists()


@pytest.mark.parametrize("wrong", ["", "nobody", ADDRESS, "a\nb@c.example"])
def test_a_wrong_address_is_said_in_words(own: Client, wrong: str) -> None:
    before = len(letters())
    page = own.post("/account/address/", {"email": wrong}).content.decode()
    assert 'class="problem"' in page
    assert 'aria-invalid="true"' in page
    assert len(letters()) == before


def test_new_addresses_are_asked_for_five_times_an_hour(own: Client) -> None:
    for number in range(5):
        assert own.post("/account/address/", {"email": f"new-{number}@reader.example"}).status_code == 200
    assert own.post("/account/address/", {"email": "one-more@reader.example"}).status_code == 429


def test_nobody_is_erased_by_one_press(own: Client, bakery: list[str]) -> None:
    page = own.get("/account/erase/").content.decode()
    assert "the law asks for it" in page
    own.post("/account/erase/")
    unticked = own.post("/account/erase/", {"second": "1"}).content.decode()
    assert "Please tick the box" in unticked
    assert bakery == []
    assert Account.objects.filter(email=ADDRESS).exists()


def test_who_is_erased_leaves_nothing_that_tells_who_it_was(own: Client, reader: Account, bakery: list[str]) -> None:
    Authenticator.objects.create(user=reader, type="webauthn", data={"name": "Nadia's phone"})
    page = own.post("/account/erase/", {"second": "1", "sure": "on"})
    assert "You are erased" in page.content.decode()
    assert bakery == [ADDRESS]
    reader.refresh_from_db()
    assert (reader.first_name, reader.last_name, reader.is_active) == ("", "", False)
    assert reader.email == f"erased-{reader.uuid}@erased.invalid"
    assert not Authenticator.objects.exists()
    assert own.get("/account/").status_code == 302
    last = letters()[-1]
    assert last.to == [ADDRESS]
    assert not Letter.objects.exclude(kind="erased").filter(to__iexact=ADDRESS).exists()
    assert Letter.objects.get(kind="erased").text == ""
    count = len(letters())
    Client().post("/account/sign-in/", {"email": ADDRESS})
    assert len(letters()) == count


def test_what_one_part_refuses_erases_nothing(own: Client, reader: Account, monkeypatch: Any) -> None:
    monkeypatch.setattr(personal, "_parts", dict(personal._parts))

    def refuse(_account: Account) -> None:
        raise RuntimeError("the ledger is closed")

    personal.register(personal.Part("ledger", "Ledger", order=999, erase=refuse))
    own.raise_request_exception = False
    assert own.post("/account/erase/", {"second": "1", "sure": "on"}).status_code == 500
    reader.refresh_from_db()
    assert reader.email == ADDRESS
    assert reader.is_active


def test_a_browser_left_open_erases_nobody(own: Client, reader: Account, monkeypatch: Any) -> None:
    from masthead.accounts import second_factor

    monkeypatch.setattr(second_factor, "FRESH", -1)
    answer = own.post("/account/erase/", {"second": "1", "sure": "on"})
    assert answer.headers["Location"].startswith("/account/sign-in/")
    assert "once more" in own.get(answer.headers["Location"]).content.decode()
    reader.refresh_from_db()
    assert reader.is_active


def test_staff_are_not_erased_from_here() -> None:
    somebody, client = reporter(), Client()
    sign_in(client, somebody.email)
    assert "Ask a publisher" in client.get("/account/erase/").content.decode()
    client.post("/account/erase/", {"second": "1", "sure": "on"})
    somebody.refresh_from_db()
    assert somebody.is_active


def test_anothers_passkey_is_not_removed(own: Client, reader: Account) -> None:
    other = account(email="oleh@reader.example")
    theirs = Authenticator.objects.create(user=other, type="webauthn", data={"name": "x"})
    assert own.post(f"/account/passkeys/{theirs.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("wrong", ["", "null", "{}", "[1]", "not json", '{"id": 1}', '"x"'])
def test_what_no_browser_made_is_no_passkey(own: Client, wrong: str) -> None:
    own.get("/account/passkeys/add/")
    assert own.post("/account/passkeys/add/", {"credential": wrong}).status_code == 400
    assert not Authenticator.objects.exists()


def test_signing_out_leads_to_the_front_page(own: Client) -> None:
    assert own.get("/account/sign-out/").status_code == 405
    assert own.post("/account/sign-out/").headers["Location"] == "/"
    assert own.get("/account/").status_code == 302
