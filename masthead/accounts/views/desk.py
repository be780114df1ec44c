"""The way from the desk's old door to the one sign-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode


def desk_login(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page, keeping where the person wanted to go if that is here."""
    wanted = request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    query = urlencode({"next": wanted if here else reverse("wagtailadmin_home")})
    return redirect(f"{reverse('account_login')}?{query}")
