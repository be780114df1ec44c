"""What accounts itself, and the outbox below it, keep of a person."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from masthead.accounts import personal
from masthead.accounts.models import Account
from masthead.mail import actions as mail
from masthead.mail.models import Letter


def register() -> None:
    """Called once, when the app starts."""
    own = personal.Part(
        "account",
        gettext_lazy("Name and address"),
        order=900,
        template="components/account/about.html",
        context=_about,
        export=_account,
        erase=_erase_keys,
    )
    letters = personal.Part(
        "letters", gettext_lazy("Letters"), order=910, export=_letters, erase=_erase_letters, kept=_kept_of_letters
    )
    for part in (own, letters):
        personal.register(part)


def passkeys(account: Account) -> Any:
    """A person's passkeys, the oldest first."""
    return Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN).order_by("created_at")


def _about(_request: HttpRequest, account: Account) -> dict[str, Any]:
    return {"passkeys": list(passkeys(account))}


def _account(account: Account) -> dict[str, Any]:
    return {
        "address": account.email,
        "former_addresses": [former.address for former in account.former_addresses.order_by("pk")],
        "first_name": account.first_name,
        "last_name": account.last_name,
        "since": account.date_joined.isoformat(),
        "last_sign_in": account.last_login.isoformat() if account.last_login else None,
        "passkeys": [{"name": key.wrap().name, "since": key.created_at.isoformat()} for key in passkeys(account)],
    }


def _letters(account: Account) -> list[dict[str, Any]]:
    whose = Q(to__iexact=account.email)
    for former in account.former_addresses.all():
        whose |= Q(to__iexact=former.address, written_at__lte=former.until)
    theirs = Letter.objects.filter(whose, sealed=False).order_by("pk")
    return [
        {
            "written": letter.written_at.isoformat(),
            "sent": letter.sent_at.isoformat() if letter.sent_at else None,
            "to": letter.to,
            "subject": letter.subject,
            "text": letter.text,
        }
        for letter in theirs
    ]


def _erase_keys(account: Account) -> None:
    EmailAddress.objects.filter(user=account).delete()
    Authenticator.objects.filter(user=account).delete()


def _erase_letters(account: Account) -> None:
    mail.erase(account.email)
    for former in account.former_addresses.all():
        mail.erase(former.address, until=former.until)
    account.former_addresses.all().delete()


def _kept_of_letters(_account: Account) -> str:
    return gettext("That letters were sent, without their words and without your address: so that none is sent twice.")
