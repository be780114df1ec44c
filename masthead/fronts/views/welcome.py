"""The first run: an empty newsroom says what to do, and a secret link founds it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login, password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from masthead.accounts import welcome
from masthead.accounts.actions import found_publisher
from masthead.accounts.models import Account
from masthead.articles.models import Newsroom
from masthead.fronts.actions import found_newsroom

MOST_SECTIONS = 20


class FoundingForm(forms.Form):
    """What a newsroom needs to begin; everything can be changed later."""

    name = forms.CharField(label=gettext_lazy("The newsroom's name"), max_length=80)
    tagline = forms.CharField(
        label=gettext_lazy("Tagline"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("One line under the name, or nothing."),
    )
    accent = forms.CharField(
        label=gettext_lazy("Accent colour"),
        initial="#9a2617",
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    sections = forms.CharField(
        label=gettext_lazy("First sections"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line, or with commas between them."),
        max_length=2000,
    )
    first_name = forms.CharField(label=gettext_lazy("Your first name"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Your last name"), max_length=150, required=False)
    email = forms.EmailField(
        label=gettext_lazy("Your email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=gettext_lazy("A password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters; several words are best."),
    )

    def clean_accent(self) -> str:
        """A colour that can be read on the page's paper."""
        newsroom = Newsroom(accent=self.cleaned_data["accent"])
        try:
            newsroom.clean()
        except ValidationError as refused:
            raise ValidationError(refused.message_dict["accent"]) from None
        return newsroom.accent

    def clean_sections(self) -> list[str]:
        """Names of sections, each once."""
        given = self.cleaned_data["sections"].replace(",", "\n").splitlines()
        names = list(dict.fromkeys(name.strip() for name in given if name.strip()))
        if len(names) > MOST_SECTIONS:
            raise ValidationError(_("At most %(most)d sections to begin with.") % {"most": MOST_SECTIONS})
        for name in names:
            if not slugify(name, allow_unicode=True) or len(name) > 80:
                raise ValidationError(_("“%(name)s” can't be a section's name.") % {"name": name[:80]})
        return names

    def clean(self) -> dict[str, Any]:
        """Judge the password with the person's own data in mind."""
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if password:
            person = Account(email=cleaned.get("email", ""), first_name=cleaned.get("first_name", ""))
            try:
                password_validation.validate_password(password, person)
            except ValidationError as refused:
                self.add_error("password", refused)
        return cleaned


def first_run(request: HttpRequest) -> HttpResponse:
    """What `/` says while nobody has founded the newsroom."""
    response = render(request, "pages/welcome.html", {"form": None})
    response.headers["Cache-Control"] = "no-store"
    return response


@never_cache
@sensitive_post_parameters("password")
def begin(request: HttpRequest, token: str) -> HttpResponse:
    """The form behind the secret link: founds the newsroom, signs its publisher in, leads to the desk."""
    if not welcome.is_good(token):
        raise Http404
    form = FoundingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = _found(form.cleaned_data, token)
        login(request, account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return redirect("wagtailadmin_home")
    return render(request, "pages/welcome.html", {"form": form})


@transaction.atomic
def _found(given: dict[str, Any], token: str) -> Account:
    """The newsroom and its publisher, both or neither. Asked twice at once, the second is refused."""
    if not welcome.is_good(token):
        raise Http404
    found_newsroom(
        given["name"],
        given["tagline"],
        language=settings.LANGUAGE_CODE,
        sections=given["sections"],
        accent=given["accent"],
    )
    return found_publisher(given["email"], given["password"], given["first_name"], given["last_name"])
