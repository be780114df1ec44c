"""Addresses of sign-in that aren't allauth's own."""

from __future__ import annotations

from django.urls import path, re_path
from django.views.generic import RedirectView

from masthead.accounts.views.desk import desk_login

urlpatterns = [
    # Before Wagtail's own form: there is one way in, with the second factor.
    path("desk/login/", desk_login, name="desk_login"),
    # Before allauth's, which takes any address for confirmed: addresses are changed in one's own place.
    re_path("^accounts/(?:email|confirm-email)/", RedirectView.as_view(pattern_name="own_place")),
    # Before allauth's: a code is a reader's way.
    path("accounts/login/code/", RedirectView.as_view(pattern_name="account_request_login_code")),
    path("accounts/login/code/confirm/", RedirectView.as_view(pattern_name="account_confirm_login_code")),
]
