"""StaffMiddleware: the desk is for staff with a second factor, and staff's browsers say so by a cookie.

Passwords and second factors, under /accounts/, are staff's too: readers have a place of their own.
"""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from masthead.accounts import second_factor, staff_cookie

DESK = "/desk/"
OWN_ACCOUNT = "/accounts/"
# Signing out is for everybody.
OPEN = ("/desk/login/", "/desk/logout/", "/accounts/logout/")


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect_to_login(request.get_full_path(), reverse("account_login"))


class StaffMiddleware:
    """Turns non-staff away from the desk, leads staff to their second factor, keeps the staff cookie true."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._turned_away(request) or self.get_response(request)
        self._keep_cookie(request, response)
        return response

    def _turned_away(self, request: HttpRequest) -> HttpResponse | None:
        if (
            not request.path.startswith((DESK, OWN_ACCOUNT))
            or request.path in OPEN
            or not request.user.is_authenticated
        ):
            return None
        if is_mfa_enabled(request.user) and not second_factor.was_shown(request):
            # Begun with the password alone, before the account had a second factor: perhaps by who stole the password.
            return _sign_in_again(request)
        if request.user.is_staff and second_factor.was_by_code_alone(request):
            # Whoever reads somebody's mail has no place at the desk, and makes no key to it.
            return _sign_in_again(request)
        if not request.path.startswith(DESK):
            return None if request.user.is_staff else redirect("own_place")
        if not (request.user.is_staff and request.user.has_perm("wagtailadmin.access_admin")):
            return render(request, "account/no_desk.html", status=403)
        if settings.STAFF_NEED_SECOND_FACTOR and not is_mfa_enabled(request.user):
            messages.info(request, _("Before you open the desk, set up a second factor: an app or a passkey."))
            return redirect("mfa_index")
        return None

    def _keep_cookie(self, request: HttpRequest, response: HttpResponse) -> None:
        """Set, renew or delete the cookie. An anonymous reader's session is never touched: pages stay cacheable."""
        name = settings.STAFF_COOKIE_NAME
        value = request.COOKIES.get(name, "")
        signed_in_now = request.session.modified
        if not (value or signed_in_now or settings.SESSION_COOKIE_NAME in request.COOKIES):
            return
        user = request.user
        if user.is_authenticated and user.is_staff and user.is_active:
            if not staff_cookie.is_fresh(value, user.pk):
                response.set_cookie(
                    name,
                    staff_cookie.make(user.pk),
                    max_age=settings.STAFF_COOKIE_AGE,
                    secure=settings.SESSION_COOKIE_SECURE,
                    httponly=True,
                    samesite="Lax",
                )
        elif value:
            response.delete_cookie(name, samesite="Lax")
