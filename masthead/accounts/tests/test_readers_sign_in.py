"""Readers sign in by six digits sent to their mail: the same answer for every address, few tries, no desk."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from masthead.accounts.actions import REPORTERS, prepare_roles, recognise_staff
from masthead.accounts.models import Account
from masthead.accounts.tests.factories import PASSWORD, account, reporter
from masthead.accounts.tests.mailed import ask, code_in, letters, sign_in
from masthead.accounts.tests.test_sign_in import code as digits
from masthead.mail.actions import forget_old
from masthead.mail.models import Letter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_waiting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "slow" not in request.keywords:
        monkeypatch.setattr("masthead.accounts.views.sign_in.LEAST", 0.0)


@pytest.fixture
def reader() -> Account:
    return account(email="nadia@reader.example", password=None, first_name="Nadia")


def test_six_digits_from_the_mail_lead_to_ones_own_place(client: Client, reader: Account) -> None:
    response = sign_in(client, "Nadia@Reader.Example")
    assert response.headers["Location"] == "/account/"
    page = client.get("/account/")
    assert "nadia@reader.example" in page.content.decode()
    assert page.headers["Cache-Control"] == "private, no-store"
    (letter,) = letters()
    assert letter.to == ["nadia@reader.example"]
    assert letter.alternatives


def test_in_the_second_language_too(client: Client, reader: Account) -> None:
    assert client.post("/uk/account/sign-in/", {"email": reader.email}).headers["Location"] == "/uk/account/code/"
    letter = letters()[-1]
    answer = client.post("/uk/account/code/", {"code": code_in(letter)})
    assert answer.headers["Location"] == "/uk/account/"


def test_leads_back_to_where_one_came_from_and_nowhere_else(reader: Account) -> None:
    assert sign_in(Client(), reader.email, next="/account/data/").headers["Location"] == "/account/data/"
    assert sign_in(Client(), reader.email, next="https://elsewhere.example/").headers["Location"] == "/account/"


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(client: Client) -> None:
    assert client.get("/account/").headers["Location"] == "/account/sign-in/?next=%2Faccount%2F"


def test_the_page_for_the_code_helps_to_type_it_without_scripts(client: Client, reader: Account) -> None:
    ask(client, reader.email)
    page = client.get("/account/code/").content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert "<script" not in page


def test_every_address_gets_the_same_answer(reader: Account) -> None:
    answers = []
    for address in (reader.email, "unknown@reader.example"):
        client = Client()
        first = ask(client, address)
        second = client.get("/account/code/")
        third = client.post("/account/code/", {"code": "999 999"})
        words = [each.content.decode().replace(address, "ADDRESS") for each in (second, third)]
        answers.append(
            (
                first.status_code,
                first.headers["Location"],
                sorted(first.cookies),
                [_without_tokens(each) for each in words],
                third.status_code,
            )
        )
    assert answers[0] == answers[1]
    assert [each.to for each in letters()] == [["nadia@reader.example"]]


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


def test_every_address_takes_the_same_work(reader: Account) -> None:
    """The same statements are asked of the database, whoever has the address or nobody."""
    ask(Client(), "first@reader.example")  # from now on this network is counted already
    counts = []
    for address in (reader.email, "unknown@reader.example"):
        client = Client()
        client.get("/account/sign-in/")
        with CaptureQueriesContext(connection) as asked:
            ask(client, address)
        counts.append([each["sql"].split('"')[0].strip() for each in asked])
    assert counts[0] == counts[1]


@pytest.mark.slow
def test_every_address_takes_the_same_time(reader: Account, monkeypatch) -> None:
    monkeypatch.setattr("masthead.accounts.limits.within", lambda *_given: True)
    taken: dict[str, list[float]] = {reader.email: [], "unknown@reader.example": []}
    for _round in range(40):
        for address, times in taken.items():
            client = Client()
            begun = time.perf_counter()
            ask(client, address)
            times.append(time.perf_counter() - begun)
    known, unknown = (statistics.median(times) for times in taken.values())
    assert abs(known - unknown) < 0.02 * known


def test_a_wrong_code_is_said_in_words_and_five_end_it(client: Client, reader: Account) -> None:
    ask(client, reader.email)
    right = code_in(letters()[-1])
    wrong = f"{(int(right) + 1) % 1000000:06d}"
    page = client.post("/account/code/", {"code": wrong}).content.decode()
    assert "the digits of the last letter" in page
    assert 'aria-invalid="true"' in page
    for _try in range(3):
        client.post("/account/code/", {"code": wrong})
    assert client.post("/account/code/", {"code": wrong}).headers["Location"] == "/account/sign-in/"
    client.post("/account/code/", {"code": right})
    assert "_auth_user_id" not in client.session


def test_spaces_in_the_code_do_no_harm(client: Client, reader: Account) -> None:
    ask(client, reader.email)
    code = code_in(letters()[-1])
    assert client.post("/account/code/", {"code": f" {code[:3]} {code[3:]} "}).headers["Location"] == "/account/"


def test_a_code_is_good_for_one_sign_in_and_one_browser(reader: Account) -> None:
    asked, other = Client(), Client()
    ask(asked, reader.email)
    code = code_in(letters()[-1])
    ask(other, reader.email)
    other.post("/account/code/", {"code": code})
    assert "_auth_user_id" not in other.session
    asked.post("/account/code/", {"code": code})
    assert "_auth_user_id" in asked.session
    asked.post("/account/sign-out/")
    assert asked.post("/account/code/", {"code": code}).headers["Location"] == "/account/sign-in/"


def test_a_code_is_good_for_fifteen_minutes(client: Client, reader: Account, monkeypatch) -> None:
    ask(client, reader.email)
    code = code_in(letters()[-1])
    real = time.time
    monkeypatch.setattr("allauth.account.internal.flows.code_verification.time.time", lambda: real() + 16 * 60)
    client.post("/account/code/", {"code": code})
    assert "_auth_user_id" not in client.session


def test_codes_are_asked_for_five_times_in_a_quarter_of_an_hour(reader: Account) -> None:
    for address in (reader.email, "unknown@reader.example"):
        for _time in range(5):
            assert ask(Client(), address).status_code == 302
        refused = ask(Client(), address)
        assert refused.status_code == 429
        assert "Please wait a quarter of an hour" in refused.content.decode()


def test_guessing_from_many_networks_ends_and_does_not_lock_out_a_known_browser(reader: Account) -> None:
    own = Client()
    sign_in(own, reader.email)
    own.post("/account/sign-out/")
    tried = 0
    for network in range(30):
        stranger = Client(REMOTE_ADDR=f"203.0.113.{network}")
        if ask(stranger, reader.email).status_code != 302:
            break
        for _try in range(4):
            stranger.post("/account/code/", {"code": "000000"})
            tried += 1
        if stranger.get("/account/code/").status_code != 200:
            break
    assert tried == 60
    late = Client(REMOTE_ADDR="198.51.100.9")
    ask(late, reader.email)
    assert late.post("/account/code/", {"code": "000000"}).status_code == 302
    assert sign_in(own, reader.email).headers["Location"] == "/account/"


def test_the_code_stands_nowhere_once_it_is_sent(client: Client, reader: Account) -> None:
    ask(client, reader.email)
    letter = Letter.objects.get(kind="sign_in_code")
    assert letter.sealed
    letters()
    letter.refresh_from_db()
    assert (letter.state, letter.text, letter.html, letter.subject) == ("sent", "", "", "")


def test_an_unknown_address_leaves_no_trace(client: Client) -> None:
    ask(client, "unknown@reader.example")
    assert letters() == []
    assert not Letter.objects.filter(to__icontains="unknown").exists()
    assert not Account.objects.exists()


def test_a_closed_account_gets_no_code(client: Client, reader: Account) -> None:
    Account.objects.update(is_active=False)
    assert ask(client, reader.email).status_code == 302
    assert letters() == []


def test_the_session_keeps_no_address_after_signing_in(client: Client, reader: Account) -> None:
    sign_in(client, reader.email)
    kept = Session.objects.get(session_key=client.session.session_key).get_decoded()
    assert reader.email not in str(kept)
    assert kept["_auth_user_id"] == str(reader.pk)


def test_readers_see_no_desk(client: Client, reader: Account) -> None:
    pages = [client.get("/account/sign-in/")]
    ask(client, reader.email)
    pages.append(client.get("/account/code/"))
    sign_in(client, reader.email)
    pages.append(client.get("/account/"))
    for page in pages:
        assert "desk" not in page.content.decode().lower()
    assert client.get("/desk/").status_code == 403


@pytest.mark.parametrize("required", [True, False])
def test_a_code_alone_never_opens_the_desk(client: Client, settings, required: bool) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = required
    somebody = reporter()
    assert sign_in(client, somebody.email).headers["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    assert client.get("/desk/").headers["Location"].startswith("/accounts/login/?next=")
    assert "_auth_user_id" not in client.session


def test_a_code_and_a_second_factor_do_not_open_it_either(client: Client, settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    somebody = reporter()
    secret = generate_totp_secret()
    TOTP.activate(somebody, secret)
    assert sign_in(client, somebody.email).headers["Location"] == "/accounts/2fa/authenticate/"
    client.post("/accounts/2fa/authenticate/", {"code": digits(secret)})
    assert client.get("/desk/").headers["Location"].startswith("/accounts/login/?next=")


def test_nobody_locks_staff_out_from_another_network(settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    somebody = reporter()
    stranger = Client(REMOTE_ADDR="203.0.113.7")
    for _try in range(12):
        stranger.post("/accounts/login/", {"login": somebody.email, "password": "wrong"})
    own = Client(REMOTE_ADDR="198.51.100.4")
    assert own.post("/accounts/login/", {"login": somebody.email, "password": PASSWORD}).status_code == 302
    assert stranger.post("/accounts/login/", {"login": somebody.email, "password": PASSWORD}).status_code != 302


def test_attempts_are_counted_where_nothing_pushes_them_out(reader: Account) -> None:
    somebody = reporter()
    for _try in range(6):
        Client().post("/accounts/login/", {"login": somebody.email, "password": "wrong"})
    cache.clear()
    counters = caches["counters"]
    counters._max_entries = 1
    try:
        for number in range(5):
            counters.set(f"other-{number}", number, 60)
        counters.set("gone", 1, -60)
        answer = Client().post("/accounts/login/", {"login": somebody.email, "password": PASSWORD})
    finally:
        counters._max_entries = 300
    assert answer.status_code != 302
    assert counters.get("other-0") == 0


def test_a_reader_is_sent_no_link_to_a_password(client: Client, reader: Account) -> None:
    for address in (reader.email, "unknown@reader.example"):
        assert client.post("/accounts/password/reset/", {"email": address}).status_code == 302
    assert letters() == []


def test_allauths_own_pages_for_codes_lead_to_ours(client: Client) -> None:
    assert client.get("/accounts/login/code/").headers["Location"] == "/account/sign-in/"
    assert client.get("/accounts/login/code/confirm/").headers["Location"] == "/account/code/"


def test_what_is_left_of_codes_goes_after_a_day(client: Client, reader: Account) -> None:
    ask(client, reader.email)
    ask(client, "unknown@reader.example")
    letters()
    Letter.objects.update(written_at=timezone.now() - timedelta(days=2))
    forget_old()
    assert not Letter.objects.exists()


def test_a_code_alone_makes_no_key_to_the_desk(client: Client, settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    somebody = reporter()
    sign_in(client, somebody.email)
    for path in ("/accounts/2fa/webauthn/add/", "/accounts/2fa/totp/activate/", "/accounts/password/set/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/?next=")
        sign_in(client, somebody.email)
    for answer in (client.get("/account/passkeys/add/"), client.post("/account/passkeys/add/", {"credential": "{}"})):
        assert answer.headers["Location"] == "/accounts/2fa/"
    assert not Authenticator.objects.exists()


def test_who_becomes_staff_begins_anew(client: Client, reader: Account) -> None:
    Authenticator.objects.create(user=reader, type="webauthn", data={"name": "made with a mailed code"})
    sign_in(client, reader.email)
    prepare_roles()
    reader.groups.add(Group.objects.get(name=REPORTERS))
    recognise_staff(reader)
    assert not Authenticator.objects.exists()
    assert client.get("/account/").status_code == 302
    reader.refresh_from_db()
    assert reader.is_staff


@pytest.mark.parametrize(
    "path", ["email/", "password/set/", "password/change/", "2fa/", "2fa/totp/activate/", "signup/"]
)
def test_pages_of_staffs_accounts_lead_readers_to_their_own_place(client: Client, reader: Account, path: str) -> None:
    sign_in(client, reader.email)
    for answer in (client.get(f"/accounts/{path}"), client.post(f"/accounts/{path}", {"email": "x@elsewhere.example"})):
        assert answer.headers["Location"] == "/account/"


def test_no_account_takes_an_address_it_does_not_read(settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    client, somebody = Client(), reporter()
    client.post("/accounts/login/", {"login": somebody.email, "password": PASSWORD})
    client.post("/accounts/email/", {"email": "victim@reader.example", "action_add": ""})
    client.post("/accounts/email/", {"email": "victim@reader.example", "action_primary": ""})
    somebody.refresh_from_db()
    assert somebody.email != "victim@reader.example"
    assert not EmailAddress.objects.exists()
