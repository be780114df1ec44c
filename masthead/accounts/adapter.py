"""How allauth treats accounts: nobody signs up, letters go through the outbox, nobody is asked twice at once."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from masthead.accounts import known_browser, letters, limits, second_factor
from masthead.accounts.models import Account


class AccountAdapter(DefaultAccountAdapter):
    """Staff accounts are made at the desk, readers' by what they buy or are given."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by a publisher, or with a membership."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a letter. It names the newsroom's own host: what the request was sent to is its sender's choice."""
        host = urlsplit(settings.BASE_URL).netloc
        given = {**context, "current_site": {"name": host, "domain": host}}
        kind = letters.BY_ALLAUTHS_NAME.get(template_prefix)
        if kind:
            given.pop("request", None)
            letters.write_sealed(kind, email, given)
            return
        made = self.render_mail(template_prefix, email, given)
        letters.write_notice("account_notice", email, {"said": made.subject, "words": made.body})

    def format_email_subject(self, subject: str) -> str:
        """As it is: the sender's name says who writes."""
        return subject

    def send_password_reset_mail(self, user: Account, email: str, context: dict[str, Any]) -> None:
        """Only who has a password, or may open the desk, sets one anew; readers sign in by a code."""
        discard = user.is_reader and not user.has_usable_password()
        letters.write_sealed(letters.NEW_PASSWORD, email, context, discard=discard)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link by which a password is set anew leads to the newsroom, nowhere else."""
        return settings.BASE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failed passwords count for an address and who tries it: nobody is locked out from elsewhere."""
        return limits.who_tries(request, credentials.get("email") or "")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff go to the desk, readers to their own place."""
        if request.user.is_staff and not second_factor.was_by_code_alone(request):
            return str(super().get_login_redirect_url(request))
        return reverse("own_place")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Staff come back to their sign-in, readers to the front page."""
        user = request.user
        if user.is_authenticated and not user.is_staff:
            return "/"
        return str(super().get_logout_redirect_url(request))

    def login(self, request: HttpRequest, user: Account) -> None:
        """Sign in. The session lasts as long as the newsroom says, whatever it was while the code was awaited."""
        super().login(request, user)
        request.session.set_expiry(None)

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Know this browser from now on, and keep no address in its session."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        known_browser.remember(request, response, user)
        records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
        without = [{name: value for name, value in each.items() if name != "email"} for each in records]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = without
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Only once the sign-in itself is some minutes old: who comes straight from it sets up a second factor."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(self.request, self.request.user)
        return not records or time.time() - records[-1]["at"] > app_settings.REAUTHENTICATION_TIMEOUT
