"""Addresses of readers' sign-in and of the reader's own place, under their language's prefix.

The first two carry allauth's names and are found before allauth's own, which lead here.
"""

from __future__ import annotations

from django.urls import path

from masthead.accounts.views import own_place, sign_in

urlpatterns = [
    path("account/sign-in/", sign_in.AskForCodeView.as_view(), name="account_request_login_code"),
    path("account/code/", sign_in.TypeCodeView.as_view(), name="account_confirm_login_code"),
    path("account/another-address/", sign_in.another_address, name="another_address"),
    path("account/with-passkey/", sign_in.PasskeyView.as_view(), name="sign_in_with_passkey"),
    path("account/sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", own_place.own_place, name="own_place"),
    path("account/", own_place.own_place, name="account_home"),
    path("account/name/", own_place.name, name="own_name"),
    path("account/data/", own_place.export, name="own_data"),
    path("account/address/", own_place.address, name="own_address"),
    path("account/address/<str:token>/", own_place.confirm_address, name="confirm_address"),
    path("account/erase/", own_place.erase, name="erase_me"),
    path("account/passkeys/add/", own_place.add_passkey, name="add_passkey"),
    path("account/passkeys/<int:pk>/remove/", own_place.remove_passkey, name="remove_passkey"),
]
