"""The reader's own place: what the newsroom keeps of a person, to see, to take away, to change, to have erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from masthead.accounts import actions, known_browser, limits, own_part, passkeys, personal, second_factor
from masthead.accounts.forms import AddressForm, EraseForm, NameForm
from masthead.accounts.models import Account
from masthead.accounts.views.sign_in import private, to_sign_in

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """For whoever is signed in; others are led to the sign-in first."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            wanted = request.get_full_path() if request.method == "GET" else reverse("own_place")
            return to_sign_in(request, wanted)
        return private(view(request, *args, **kwargs))

    return checked


def just_signed_in(view: View) -> View:
    """For what matters most: whoever sits down at a browser left open is asked to sign in again."""

    @signed_in
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not second_factor.is_fresh(request):
            wanted = request.get_full_path() if request.method == "GET" else reverse("own_place")
            logout(request)
            messages.info(request, _("Before you change this, please show once more that it is you."))
            return to_sign_in(request, wanted)
        return view(request, *args, **kwargs)

    return checked


@signed_in
@require_safe
def own_place(request: HttpRequest) -> HttpResponse:
    """Everything on one page, part by part."""
    account = _account(request)
    context = {"title": _("My account"), "account": account, "panels": personal.panels(request, account)}
    return render(request, "pages/account.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """How one is addressed."""
    form = NameForm(request.POST or None, instance=_account(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your name is changed."))
        return redirect("own_place")
    context = {"title": _("Your name"), "form": form, "button": _("Save")}
    return render(request, "pages/account_change.html", context)


@signed_in
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Everything that is kept of a person, as one file."""
    account = _account(request)
    whole = {"made": timezone.now(), **personal.export(account)}
    text = json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="my-data-{timezone.localdate()}.json"'
    return response


@just_signed_in
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Ask for another address: a letter there asks to confirm it. The same answer whoever has it."""
    account = _account(request)
    form = AddressForm(request.POST or None)
    form.fields["email"].label = _("Your new mail address")
    status = 200
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["email"]
        if wanted == account.email:
            form.add_error("email", _("This is your address already."))
        elif not limits.within(request, "new-address", limits.LETTER_WANTED, account.email):
            form.add_error(None, _("Too many letters were asked for. Please try again in an hour."))
            status = 429
        else:
            actions.ask_to_confirm(account, wanted)
            shown = {"title": _("Look into your mail"), "wanted": wanted}
            return render(request, "pages/account_address_asked.html", shown)
    context = {
        "title": _("Your mail address"),
        "form": form,
        "button": _("Write to this address"),
        "before": _("We write to the new address. Yours is changed once you open the link in that letter."),
    }
    return render(request, "pages/account_change.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the letter. Opening it changes nothing yet: programs that look through mail open links too."""
    account = _account(request)
    wanted = actions.wanted_address(account, token)
    if wanted is None:
        context = {"title": _("This link is no longer good"), "problem": True}
        return render(request, "pages/account_address_asked.html", context, status=410)
    if request.method == "POST":
        try:
            actions.change_address(account, wanted)
        except ValidationError:
            context = {"title": _("This link is no longer good"), "problem": True}
            return render(request, "pages/account_address_asked.html", context, status=410)
        messages.success(request, _("Your mail address is changed."))
        return redirect("own_place")
    context = {"title": _("Your new mail address"), "wanted": wanted, "confirm": True}
    return render(request, "pages/account_address_asked.html", context)


@just_signed_in
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """First what goes and what is kept, then a box to tick: nobody is erased by one press."""
    account = _account(request)
    second = request.method == "POST" and "second" in request.POST
    form = EraseForm(request.POST if second else None)
    if second and account.is_reader and form.is_valid():
        actions.erase_account(account)
        logout(request)
        response = render(request, "pages/account_erased.html", {"title": _("You are erased")})
        known_browser.forget(response)
        return response
    context = {
        "title": _("Erase me"),
        "account": account,
        "parts": personal.parts(),
        "kept": personal.kept(account),
        "form": form if request.method == "POST" else None,
    }
    return render(request, "pages/account_erase.html", context)


@just_signed_in
@require_http_methods(["GET", "POST"])
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Have the browser make a passkey, and keep it."""
    account = _account(request)
    if not account.is_reader:
        return redirect("mfa_index")  # staff's keys open the desk
    problem = ""
    if request.method == "POST":
        try:
            credential = json.loads(request.POST.get("credential") or "null")
            passkeys.add(account, request.POST.get("name", "").strip(), credential)
        except (ValueError, ValidationError):
            problem = _("The browser made no passkey. Please try again.")
        else:
            actions.tell_of_passkey(account)
            messages.success(request, _("The passkey is kept. Next time you may sign in with it."))
            return redirect("own_place")
    context = {"title": _("A passkey"), "options": passkeys.begin(account), "problem": problem}
    return render(request, "pages/account_passkey.html", context, status=400 if problem else 200)


@just_signed_in
@require_POST
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one of one's own passkeys."""
    account = _account(request)
    if not account.is_reader:
        return redirect("mfa_index")
    count, _rows = own_part.passkeys(account).filter(pk=pk).delete()
    if not count:
        raise Http404
    messages.success(request, _("The passkey is forgotten. Remove it in your browser too."))
    return redirect("own_place")


def _account(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user
