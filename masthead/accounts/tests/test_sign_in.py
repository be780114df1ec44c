"""Signing in: by mail address, with a second factor where the newsroom wants one, and never by signing up."""

from __future__ import annotations

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client

from masthead.accounts import staff_cookie
from masthead.accounts.models import Account
from masthead.accounts.tests.factories import PASSWORD, account, publisher, reporter
from masthead.mail.work import post_due

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()


def sign_in(client: Client, somebody: Account, **extra):
    return client.post("/accounts/login/", {"login": somebody.email, "password": PASSWORD, **extra})


def code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return f"{hotp_value(secret, counter):06d}"


def test_the_desk_sends_to_the_one_sign_in_and_keeps_where_one_wanted_to_go(client: Client) -> None:
    response = client.get("/desk/pages/", follow=False)
    assert response.headers["Location"].startswith("/accounts/login/?next=")

    response = client.get("/desk/login/?next=/desk/images/")
    assert response.headers["Location"] == "/accounts/login/?next=%2Fdesk%2Fimages%2F"


def test_a_foreign_next_is_dropped(client: Client) -> None:
    response = client.get("/desk/login/?next=https://elsewhere.example/")

    assert response.headers["Location"] == "/accounts/login/?next=%2Fdesk%2F"


def test_the_sign_in_page_has_no_inline_script_or_style(client: Client) -> None:
    response = client.get("/accounts/login/")
    page = response.content.decode()

    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert " style=" not in page
    assert "onclick" not in page
    assert all('type="application/json"' in tag or "src=" in tag for tag in page.split("<script")[1:])
    assert "Sign in with a passkey" in page


def test_staff_without_a_second_factor_are_led_to_set_one_up(client: Client, settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    sign_in(client, reporter())

    response = client.get("/desk/pages/")
    assert response.headers["Location"] == "/accounts/2fa/"
    assert "set up a second factor" in client.get("/accounts/2fa/").content.decode()


def test_a_code_opens_the_desk_and_a_wrong_one_does_not(client: Client, settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    somebody = reporter()
    secret = generate_totp_secret()
    TOTP.activate(somebody, secret)

    response = sign_in(client, somebody)
    assert response.headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/desk/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.get("/desk/").status_code == 302

    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert client.get("/desk/").status_code == 200


def test_a_second_factor_is_set_up_with_an_app_and_recovery_codes_follow(
    client: Client, settings, django_capture_on_commit_callbacks
) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    somebody = reporter()
    sign_in(client, somebody)
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200, page.headers
    secret = page.context["form"].secret

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert get_adapter().is_mfa_enabled(somebody)
    assert Authenticator.objects.filter(user=somebody, type="recovery_codes").exists()
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize("path", ["/desk/", "/accounts/2fa/webauthn/add/", "/accounts/reauthenticate/"])
def test_a_session_older_than_the_second_factor_ends_instead_of_opening_the_desk(settings, path: str) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    somebody = reporter()
    thief = Client()
    sign_in(thief, somebody)
    assert thief.get("/desk/").headers["Location"] == "/accounts/2fa/"
    TOTP.activate(somebody, generate_totp_secret())

    assert thief.get(path).headers["Location"].startswith("/accounts/login/?next=")
    assert "_auth_user_id" not in thief.session


def test_mails_lead_to_the_newsroom_whatever_host_was_asked(client: Client, settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    settings.BASE_URL = "https://news.example"
    client.post("/accounts/password/reset/", {"email": reporter().email}, headers={"host": "localhost:6666"})
    post_due()
    (message,) = mail.outbox

    assert "https://news.example/accounts/password/reset/key/" in message.body
    assert "localhost" not in message.body + message.subject


def test_nobody_has_mail_sent_to_strangers(client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": "stranger@elsewhere.example"})
    post_due()

    assert not mail.outbox


def test_in_the_demo_the_desk_opens_without_one(client: Client, settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    sign_in(client, reporter())

    assert client.get("/desk/").status_code == 200


def test_who_is_no_staff_gets_no_desk(client: Client, settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    reader = account()
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")

    response = client.get("/desk/", follow=True)
    assert response.status_code == 403
    assert reader.email in response.content.decode()
    assert client.post("/desk/images/add/").status_code == 403
    assert settings.STAFF_COOKIE_NAME not in client.cookies


def test_nobody_signs_up(client: Client) -> None:
    page = client.post("/accounts/signup/", {"email": "eve@elsewhere.example", "password1": PASSWORD})

    assert not Account.objects.exists()
    assert page.status_code == 200


def test_guessing_passwords_is_slowed(client: Client) -> None:
    somebody = reporter()
    for _ in range(12):
        page = client.post("/accounts/login/", {"login": somebody.email, "password": "wrong"})

    assert page.status_code in (200, 429)
    assert sign_in(client, somebody).status_code != 302


def test_a_password_is_reset_by_mail(client: Client) -> None:
    somebody = reporter()
    client.post("/accounts/password/reset/", {"email": somebody.email})
    post_due()
    (message,) = mail.outbox
    link = next(word for word in message.body.split() if "/accounts/password/reset/key/" in word)
    path = link.split("//", 1)[1].partition("/")[2]
    response = client.get(f"/{path}", follow=True)
    form_url = response.redirect_chain[-1][0]
    client.post(form_url, {"password1": "another-long-phrase-9", "password2": "another-long-phrase-9"})

    somebody.refresh_from_db()
    assert somebody.check_password("another-long-phrase-9")


def test_an_unknown_address_is_not_told_apart(client: Client) -> None:
    page = client.post("/accounts/password/reset/", {"email": "nobody@elsewhere.example"})

    assert page.status_code == 302


def test_every_page_of_ones_own_account_opens(client: Client, settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    sign_in(client, publisher())

    for url in (
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/accounts/reauthenticate/",
    ):
        assert client.get(url, follow=True).status_code == 200, url


def test_signing_in_sets_the_staff_cookie_and_signing_out_takes_it(client: Client, settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    response = sign_in(client, reporter())
    cookie = response.cookies[settings.STAFF_COOKIE_NAME]

    assert staff_cookie.is_valid(cookie.value)
    assert cookie["httponly"]
    response = client.post("/accounts/logout/")
    assert response.cookies[settings.STAFF_COOKIE_NAME].value == ""


def test_the_desks_own_sign_out_takes_it_too(client: Client, settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    sign_in(client, reporter())
    response = client.post("/desk/logout/")

    assert response.cookies[settings.STAFF_COOKIE_NAME].value == ""


def test_who_lost_the_role_loses_the_cookie(client: Client, settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    somebody = reporter()
    sign_in(client, somebody)
    Account.objects.update(is_staff=False)

    assert client.get("/accounts/2fa/").cookies[settings.STAFF_COOKIE_NAME].value == ""


def test_an_anonymous_readers_session_is_never_touched(client: Client, settings) -> None:
    response = client.get("/healthz")

    assert settings.STAFF_COOKIE_NAME not in response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("value", ["", "1", "1:abc:def", "x" * 5000, "1:\u0000", "ї:ї:ї"])
def test_a_forged_staff_cookie_is_worth_nothing(value: str) -> None:
    assert not staff_cookie.is_valid(value)


def test_an_old_staff_cookie_is_worth_nothing(settings) -> None:
    value = staff_cookie.make(7)
    assert staff_cookie.is_valid(value)

    settings.STAFF_COOKIE_AGE = -1
    assert not staff_cookie.is_valid(value)
