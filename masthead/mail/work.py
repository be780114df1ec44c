"""Posting letters: one at a time, claimed before it is handed over, so that a crash can lose none and double none.

A letter's way: waiting → sending (committed) → handed to the mail server → sent (committed). Whoever dies in between
leaves it "sending"; nobody can know whether the server took it, so after a while it is "in doubt" and a person decides.
What surely wasn't taken (no connection, a refusal for now) waits and is tried again, as often as the schedule says.
"""

from __future__ import annotations

import logging
import smtplib
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import close_old_connections, connections
from django.utils import timezone

from masthead.mail import bell
from masthead.mail.actions import NO_WORDS
from masthead.mail.models import Letter, LetterQuerySet
from masthead.mail.writing import letterhead, unpacked

log = logging.getLogger(__name__)

LISTEN = 0.1  # seconds between two looks whether the bell was rung: one system call
LOOK = 2.0  # seconds between looks into the outbox without a bell, for what waited for its time
PATIENCE = 30.0  # seconds before an error of the outbox itself is logged again
SWEEP = 20.0  # seconds between looks for what was left behind

# How long after each failed attempt the next one comes; after the last, the letter has failed. About a day in all.
RETRIES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 840)]
# Somebody waits at the screen: about ten minutes in all, then they will have asked for another.
URGENT_RETRIES = [timedelta(seconds=seconds) for seconds in (3, 10, 30, 60, 120, 300)]
# No honest conversation with a mail server lasts longer: each of its answers may take EMAIL_TIMEOUT.
LEASE = timedelta(minutes=10)
KEEP_WORDS = timedelta(days=90)
KEEP_SEALED = timedelta(days=1)


class NotTaken(Exception):  # noqa: N818 (reads as what happened)
    """The mail server surely has not taken the letter; `for_good` if asking again is in vain."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


def post_due(*, urgent_only: bool = False, go_on: Callable[[], bool] = lambda: True) -> int:
    """Post what is due, the most urgent first, until nothing is left or the server can't be reached; say how many."""
    posted = 0
    while go_on():
        due = Letter.objects.urgent() if urgent_only else Letter.objects.all()
        letter = due.due(timezone.now()).first()
        if letter is None:
            break
        posted += _post(letter)
    return posted


def _post(letter: Letter) -> bool:
    """Claim a letter and hand it over. True if it went out by our hand."""
    now = timezone.now()
    if letter.useless_after and letter.useless_after < now:
        _waiting(letter).change_state(Letter.State.DROPPED, error="not sent in time", **_forgetting(letter))
        return False
    claim = uuid.uuid4()
    # One statement: of several posters one finds it still waiting.
    mine = _waiting(letter).change_state(
        Letter.State.SENDING, claim=claim, claimed_at=now, attempts=letter.attempts + 1, error=""
    )
    if not mine:
        return False
    letter.attempts += 1
    letter.claim = claim
    try:
        _hand_over(letter)
    except NotTaken as refusal:
        _put_off(letter, refusal)
        return False
    except Exception as broken:
        log.warning("letter %s is in doubt: %s", letter.key, broken)
        _doubt(letter, str(broken))
        return False
    _ours(letter).change_state(Letter.State.SENT, sent_at=timezone.now(), error="", **_forgetting(letter))
    return True


def _waiting(letter: Letter) -> LetterQuerySet:
    return Letter.objects.filter(pk=letter.pk, state=Letter.State.WAITING)


def _ours(letter: Letter) -> LetterQuerySet:
    # In doubt too: whoever took us for dead was wrong, and we know what became of it.
    states = (Letter.State.SENDING, Letter.State.IN_DOUBT)
    return Letter.objects.filter(pk=letter.pk, claim=letter.claim, state__in=states)


def _forgetting(letter: Letter) -> dict[str, object]:
    return NO_WORDS if letter.sealed else {}


def _hand_over(letter: Letter) -> None:
    """Give the letter to the mail server. Raises NotTaken if that surely failed, anything else if nobody knows."""
    try:
        made = message(letter)
    except Exception as broken:
        raise NotTaken(f"can't be made into a mail: {broken}") from broken
    connection = get_connection()
    try:
        connection.open()
    except OSError as unreachable:  # smtplib's errors are OSErrors
        raise NotTaken(f"no connection to the mail server: {unreachable}") from unreachable
    try:
        connection.send_messages([made])
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        raise NotTaken(_said(code, words), for_good=code >= 500) from refused
    except smtplib.SMTPResponseException as refused:
        raise NotTaken(_said(refused.smtp_code, refused.smtp_error), for_good=refused.smtp_code >= 500) from refused
    finally:
        _hang_up(connection)


def _hang_up(connection: object) -> None:
    """Say goodbye. That a server doesn't answer it changes nothing about the letter."""
    try:
        connection.close()  # type: ignore[attr-defined]
    except OSError:
        log.debug("the mail server didn't answer the goodbye")


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"the mail server said {code} {text}"


def message(letter: Letter) -> EmailMultiAlternatives:
    """The letter as a mail. Its Message-ID is its own for ever: a second copy would be known as one."""
    head = letterhead(letter.language)
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    made = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=formataddr((" ".join(head.name.split()), settings.DEFAULT_FROM_EMAIL)),
        to=[formataddr((letter.to_name, letter.to)) if letter.to_name else letter.to],
        reply_to=[head.reply_to] if head.reply_to else None,
        headers={
            "Message-ID": f"<{letter.uuid}@{host}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": letter.language,
        },
    )
    if letter.html:
        made.attach_alternative(letter.html, "text/html")
    for file in unpacked(letter.attachments):
        made.attach(file.name, file.content, file.media_type)
    return made


def _put_off(letter: Letter, refusal: NotTaken) -> None:
    """Try again later, or let it be failed."""
    retries = URGENT_RETRIES if letter.priority == Letter.Priority.CODE else RETRIES
    last = letter.attempts > len(retries)
    error = str(refusal)[:500]
    if refusal.for_good or last:
        log.error("letter %s failed: %s", letter.key, error)
        _ours(letter).change_state(Letter.State.FAILED, error=error, **_forgetting(letter))
        return
    later = timezone.now() + retries[letter.attempts - 1]
    _ours(letter).change_state(Letter.State.WAITING, error=error, claim=None, not_before=later)


def _doubt(letter: Letter, why: str) -> None:
    """Nobody knows whether it was taken. A code isn't worth a question to anybody: the reader asks for another."""
    state = Letter.State.DROPPED if letter.sealed else Letter.State.IN_DOUBT
    _ours(letter).change_state(state, error=why[:500], **_forgetting(letter))


def doubt_the_abandoned(now: datetime | None = None) -> int:
    """Find what a dead process left between claiming and knowing; a person decides on it. Sends nothing."""
    before = (now or timezone.now()) - LEASE
    left = list(Letter.objects.filter(state=Letter.State.SENDING, claimed_at__lt=before))
    for letter in left:
        log.warning("letter %s was being sent when the sender died", letter.key)
        _doubt(letter, "the newsroom stopped while this was being sent")
    # Sealed words don't lie about, whether or not anybody gets round to posting them.
    late = Letter.objects.filter(state=Letter.State.WAITING, useless_after__lt=now or timezone.now())
    for letter in late:
        _waiting(letter).change_state(Letter.State.DROPPED, error="not sent in time", **_forgetting(letter))
    return len(left)


class Posters:
    """Two threads beside a process's other work: one for codes alone, so that nothing slow is ever before them."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._next_sweep = 0.0
        self._threads = [
            threading.Thread(target=self._run, args=(urgent,), name=name, daemon=True)
            for name, urgent in (("mail", False), ("mail-codes", True))
        ]

    def start(self) -> None:
        """Begin to post."""
        for thread in self._threads:
            thread.start()

    def finish(self, seconds: float) -> None:
        """Stop after the letter under way, or without it when it takes longer."""
        self.stop.set()
        for thread in self._threads:
            thread.join(seconds / len(self._threads))

    def _run(self, urgent_only: bool) -> None:
        """Look into the outbox when the bell was rung, and every few seconds."""
        heard, next_look, quiet_until = bell.heard(), 0.0, 0.0
        while not self.stop.is_set():
            now = bell.heard()
            if now == heard and time.monotonic() < next_look:
                self.stop.wait(LISTEN)
                continue
            heard, next_look = now, time.monotonic() + LOOK
            try:
                self._look(urgent_only)
            except Exception:
                if time.monotonic() >= quiet_until:
                    log.exception("the outbox failed; trying again")
                    quiet_until = time.monotonic() + PATIENCE
                connections.close_all()
                next_look = 0.0
                self.stop.wait(1.0)
        connections.close_all()

    def _look(self, urgent_only: bool) -> None:
        post_due(urgent_only=urgent_only, go_on=lambda: not self.stop.is_set())
        if urgent_only or time.monotonic() < self._next_sweep:
            return
        self._next_sweep = time.monotonic() + SWEEP
        doubt_the_abandoned()
        close_old_connections()  # now and then: to open one costs more than to look
