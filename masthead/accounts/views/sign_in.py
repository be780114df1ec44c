"""Readers' sign-in: an address, the six digits sent to it, or a passkey. The same answer for every address."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import clear_login
from allauth.account.mixins import NextRedirectMixin
from allauth.account.models import Login
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.mfa.webauthn.internal import flows as webauthn
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from masthead.accounts import letters, limits
from masthead.accounts.forms import AddressForm, CodeForm
from masthead.accounts.models import Account

WAITING = 3600  # seconds the session of somebody who waits for a code is kept
LEAST = 0.12  # seconds an answer takes: what differs between known and unknown addresses is far below


def private(response: HttpResponse) -> HttpResponse:
    """A page for one person: kept by no cache, found by no search engine."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def send_code(request: HttpRequest, address: str) -> bool:
    """Begin a sign-in by a code; the same for every address. False if too many were asked for: nothing is sent."""
    if not limits.within(request, "code-wanted", limits.CODE_WANTED, address):
        return False
    begun = time.monotonic()
    reader = Account.objects.filter(email__iexact=address, is_active=True).first()
    request.session.set_expiry(WAITING)
    LoginCodeVerificationProcess.initiate(request=request, user=reader, email=address)
    if reader is None:
        letters.write_sealed(letters.CODE, address, {"code": "000000"}, discard=True)
    time.sleep(max(0.0, LEAST - (time.monotonic() - begun)))
    return True


class AskForCodeView(RequestLoginCodeView):
    """The first step: the mail address."""

    template_name = "pages/account_sign_in.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Never cached."""
        return private(super().dispatch(request, *args, **kwargs))

    def get_form_class(self) -> type[AddressForm]:
        """Ours, which counts nothing by itself."""
        return AddressForm

    def form_valid(self, form: AddressForm) -> HttpResponse:
        """Write to whoever has this address, and lead on in the same way if nobody does."""
        if not send_code(self.request, form.cleaned_data["email"]):
            form.add_error(None, _("Too many codes were asked for. Please wait a quarter of an hour."))
            response = self.form_invalid(form)
            response.status_code = 429
            return response
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page's title, and where a passkey is checked."""
        return {**super().get_context_data(**kwargs), "title": _("Sign in"), "next_url": self.get_next_url() or ""}


class TypeCodeView(ConfirmLoginCodeView):
    """The second step: the digits."""

    template_name = "pages/account_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Never cached."""
        return private(super().dispatch(request, *args, **kwargs))

    def get_form_class(self) -> type[CodeForm]:
        """Ours, with the keyboard of digits."""
        return CodeForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at the digits, if there weren't too many tries already, from here or for this address."""
        if not limits.within(request, "code-tried", limits.CODE_TRIED, self._address):
            clear_login(request)
            messages.error(request, _("Too many codes were tried. Please wait an hour, or sign in with a passkey."))
            return redirect("account_request_login_code")
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    @property
    def _address(self) -> str:
        return str(self._process.state.get("email") or "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whom the letter went to; in the demo, where it lies."""
        return {
            **super().get_context_data(**kwargs),
            "title": _("Type the code"),
            "address": self._address,
            "in_a_file": settings.DEMO and bool(settings.EMAIL_FILE_PATH),
            "next_url": self.get_next_url() or "",
        }


class PasskeyView(NextRedirectMixin, LoginWebAuthnView):
    """Signing in with a passkey. GET gives the browser its question, as JSON."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Never cached."""
        return private(super().dispatch(request, *args, **kwargs))

    def form_invalid(self, form: Any) -> HttpResponse:
        """Back to the address, with words."""
        messages.error(self.request, _("This passkey isn't known here. Sign in by mail, and add it to your account."))
        return redirect(self.passthrough_next_url(reverse("account_request_login_code")))

    def form_valid(self, form: Any) -> HttpResponse:
        """In."""
        key = form.cleaned_data["credential"]
        login = Login(user=key.user, redirect_url=self.get_next_url())
        response: HttpResponse = webauthn.perform_passwordless_login(self.request, key, login)
        return response


@require_POST
def another_address(request: HttpRequest) -> HttpResponse:
    """Begin again: a typing error in the address, or a code that never came."""
    clear_login(request)
    wanted = request.POST.get("next", "")
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    return private(redirect(reverse("account_request_login_code") + query))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out, to the front page. This browser stays known."""
    logout(request)
    return private(redirect("/"))


def to_sign_in(request: HttpRequest, wanted: str) -> HttpResponse:
    """Lead to the sign-in and back to where somebody wanted to go."""
    return private(redirect(f"{reverse('account_request_login_code')}?{urlencode({'next': wanted})}"))
