"""Addresses of sign-in that aren't allauth's own."""

from __future__ import annotations

from django.urls import path

from masthead.accounts.views import desk_login

urlpatterns = [
    # Before Wagtail's own form: there is one way in, with the second factor.
    path("desk/login/", desk_login, name="desk_login"),
]
