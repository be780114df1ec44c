"""What a reader does with a mailed code: asks for it, reads the letter, types it."""

from __future__ import annotations

import re

from django.core import mail
from django.test import Client

from masthead.mail.work import post_due

DIGITS = re.compile(r"^\s+(\d{6})$", re.MULTILINE)


def letters() -> list[mail.EmailMessage]:
    """Everything that was posted by now."""
    post_due()
    return mail.outbox


def ask(client: Client, address: str, **more: str):
    """Ask for a code."""
    return client.post("/account/sign-in/", {"email": address, **more})


def code_in(letter: mail.EmailMessage) -> str:
    """The digits of a letter."""
    found = DIGITS.search(letter.body)
    assert found, letter.body
    return found[1]


def sign_in(client: Client, address: str, **more: str):
    """All of it. Returns the last answer."""
    assert ask(client, address, **more).status_code == 302
    return client.post("/account/code/", {"code": code_in(letters()[-1]), **more})
