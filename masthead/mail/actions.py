"""Verbs on letters: write one, send it again, drop it, forget its words, erase a person's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from masthead.mail import bell
from masthead.mail.models import Letter
from masthead.mail.writing import Attachment, CannotWrite, fit_for_header, good_address, packed, words

__all__ = [
    "Attachment",
    "CannotResend",
    "CannotWrite",
    "Priority",
    "drop",
    "erase",
    "forget",
    "forget_old",
    "resend",
    "write",
]

Priority = Letter.Priority
# What is left of a letter when its words are forgotten: that it was written, and what became of it.
NO_WORDS: dict[str, Any] = {"subject": "", "text": "", "html": "", "attachments": []}
NO_PERSON: dict[str, Any] = {**NO_WORDS, "to": "", "to_name": "", "error": ""}


_nobody: ContextVar[bool] = ContextVar("nobody", default=False)


@contextmanager
def to_nobody() -> Iterator[None]:
    """Meanwhile nothing is written: a past that is played for the demo has no readers."""
    before = _nobody.set(True)
    try:
        yield
    finally:
        _nobody.reset(before)


def is_to_nobody() -> bool:
    """Whether there is no need to prepare a letter."""
    return _nobody.get()


def write(
    key: str,
    to: str,
    template: str,
    context: Mapping[str, Any],
    language: str,
    *,
    to_name: str = "",
    priority: int = Priority.USUAL,
    not_before: datetime | None = None,
    useless_after: datetime | None = None,
    attachments: Iterable[Attachment] = (),
    sealed: bool = False,
    discard: bool = False,
) -> Letter:
    """Write a letter down within the caller's transaction; it is posted within a second of the commit.

    The words come from `templates/email/<template>.txt` (its first line is the subject) and `.html`. A key that was
    written before is left as it was, and returned. `sealed` is for codes: nobody reads it at the desk, and its words
    are forgotten when it is sent. Past `useless_after` it is dropped.
    With `discard` all the work is done, and nothing is kept of it or sent. Raises CannotWrite.
    """
    if is_to_nobody():
        return Letter(key=key)
    written = Letter.objects.filter(key=key).first()
    if written:
        return written
    said = words(template, context, language)
    fields = {
        "to": good_address(to),
        "to_name": fit_for_header(to_name, "name")[:200],
        "kind": template,
        "language": language,
        "subject": said.subject,
        "text": said.text,
        "html": said.html,
        "attachments": packed(attachments),
        "priority": priority,
        "not_before": not_before,
        "useless_after": useless_after,
        "sealed": sealed,
    }
    if discard:
        fields |= {**NO_PERSON, "state": Letter.State.DROPPED}
    letter, made = Letter.objects.get_or_create(key=key, defaults=fields)
    if made:
        transaction.on_commit(bell.ring)
    return letter


class CannotResend(ValueError):  # noqa: N818 (reads as what happened)
    """There is nothing left to send, or it isn't a person's to decide."""


@transaction.atomic
def resend(letter: Letter, by: Any) -> None:
    """Have a failed letter, or one in doubt, posted after all; who took the risk of a second copy is kept.

    Raises CannotResend.
    """
    kept = Letter.objects.select_for_update().get(pk=letter.pk)
    if not kept.waits_for_a_person or not kept.has_words or kept.sealed:
        raise CannotResend(f"{kept.key} is {kept.state}")
    Letter.objects.filter(pk=kept.pk).change_state(
        Letter.State.WAITING, attempts=0, not_before=None, useless_after=None, claim=None
    )
    transaction.on_commit(bell.ring)
    log(instance=kept, action="mail.resend", user=by, title=kept.key)  # the subject may name a person


@transaction.atomic
def drop(letter: Letter, by: Any) -> None:
    """Decide that a letter is not sent (any more). Raises CannotResend if it was, or is under way."""
    kept = Letter.objects.select_for_update().get(pk=letter.pk)
    if not (kept.waits_for_a_person or kept.state == Letter.State.WAITING):
        raise CannotResend(f"{kept.key} is {kept.state}")
    Letter.objects.filter(pk=kept.pk).change_state(Letter.State.DROPPED)
    log(instance=kept, action="mail.drop", user=by, title=kept.key)


def readdress(former: str, address: str) -> int:
    """Somebody has a new address: what waits to be sent goes there. A code stays where it was asked for."""
    waiting = Letter.objects.filter(to__iexact=former, state=Letter.State.WAITING, sealed=False)
    return waiting.update(to=good_address(address))


def erase(address: str, until: datetime | None = None) -> int:
    """Forget a person: letters to this address keep their key and state, and lose all that tells of anybody.

    With `until` those written later are somebody else's, who has the address since then.
    """
    theirs = Letter.objects.filter(to__iexact=address)
    if until:
        theirs = theirs.filter(written_at__lte=until)
    theirs.filter(state=Letter.State.WAITING).change_state(Letter.State.DROPPED)
    return theirs.update(**NO_PERSON)


def forget(keys: Iterable[str]) -> int:
    """Forget the words of letters that tell of somebody who was erased; those not sent yet still go out."""
    theirs = Letter.objects.filter(key__in=list(keys)).exclude(state__in=(Letter.State.WAITING, Letter.State.SENDING))
    return theirs.update(**NO_WORDS)


def forget_old(before: datetime | None = None) -> int:
    """Forget the words of letters sent or dropped long ago. Their keys stay, so that none is ever written again.

    Sealed letters, of which there is nothing to read and each has a key of its own, go altogether after a day.
    """
    from masthead.mail.work import KEEP_SEALED, KEEP_WORDS

    over = (Letter.State.SENT, Letter.State.DROPPED, Letter.State.FAILED)
    Letter.objects.filter(sealed=True, state__in=over, written_at__lt=timezone.now() - KEEP_SEALED).delete()
    done = Letter.objects.filter(state__in=(Letter.State.SENT, Letter.State.DROPPED)).exclude(text="")
    return done.filter(written_at__lt=before or timezone.now() - KEEP_WORDS).update(**NO_WORDS)
