"""Posting letters through a real mail server: in order, once, again when it was refused, and never when in doubt."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from masthead.mail import actions, work
from masthead.mail.models import Letter
from masthead.mail.tests.factories import letter
from masthead.mail.writing import Attachment

pytestmark = pytest.mark.django_db


def later(minutes: float):
    """The clock, so many minutes on."""
    real = timezone.now
    return lambda: real() + timedelta(minutes=minutes)


def test_a_letter_arrives_with_both_bodies_its_file_and_honest_headers(office) -> None:
    written = letter(to_name="Надія", attachments=[Attachment("receipt.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")])
    assert work.post_due() == 1
    (mail,) = office.taken
    assert mail["Subject"] == "Receipt for Nadia O'Hara"
    assert str(mail["To"]) == "Надія <nadia@reader.example>"
    assert str(mail["From"]).startswith("Masthead <")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Thank you, Nadia O'Hara" in mail.get_body(("plain",)).get_content()
    assert "<h1>Thank you" in mail.get_body(("html",)).get_content()
    assert [each.get_content() for each in mail.iter_attachments()] == [b"%PDF-1.7 \x00\xff"]
    written.refresh_from_db()
    assert (written.state, written.attempts) == ("sent", 1)
    assert work.post_due() == 0
    assert len(office.taken) == 1


def test_a_code_goes_before_everything_written_earlier(office) -> None:
    letter(context={"who": "first", "amount": "1"})
    letter(context={"who": "code", "amount": "2"}, priority=Letter.Priority.CODE)
    work.post_due()
    assert [mail["Subject"] for mail in office.taken] == ["Receipt for code", "Receipt for first"]


def test_the_thread_for_codes_leaves_the_rest_alone(office) -> None:
    usual = letter()
    letter(priority=Letter.Priority.CODE)
    assert work.post_due(urgent_only=True) == 1
    usual.refresh_from_db()
    assert usual.state == "waiting"


def test_nothing_goes_before_its_time(office, monkeypatch) -> None:
    letter(not_before=timezone.now() + timedelta(minutes=10))
    assert work.post_due() == 0
    monkeypatch.setattr(work.timezone, "now", later(11))
    assert work.post_due() == 1


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
def test_refused_for_now_is_tried_again_by_the_schedule(office, verb: str, monkeypatch) -> None:
    written = letter()
    office.answers = {verb: "451 later please"}
    assert work.post_due() == 0
    written.refresh_from_db()
    assert written.state == "waiting"
    assert "451 later please" in written.error
    assert work.post_due() == 0  # not at once
    office.answers = {}
    monkeypatch.setattr(work.timezone, "now", later(1.1))
    assert work.post_due() == 1
    assert len(office.taken) == 1


def test_after_the_last_retry_a_letter_has_failed(office, monkeypatch) -> None:
    written = letter()
    office.answers = {"RCPT": "450 busy"}
    minutes = 0.0
    for wait in [timedelta(0), *work.RETRIES]:
        minutes += wait.total_seconds() / 60 + 0.1
        monkeypatch.setattr(work.timezone, "now", later(minutes))
        work.post_due()
    written.refresh_from_db()
    assert (written.state, written.attempts) == ("failed", len(work.RETRIES) + 1)


def test_an_address_that_does_not_exist_is_not_asked_twice(office) -> None:
    written = letter()
    office.answers = {"RCPT": "550 no such reader"}
    work.post_due()
    written.refresh_from_db()
    assert written.state == "failed"
    assert "550 no such reader" in written.error


@pytest.mark.parametrize("trouble", ["nobody listens", "no greeting", "no login"])
def test_a_server_that_cannot_be_reached_has_taken_nothing(office, settings, trouble: str) -> None:
    written = letter()
    settings.EMAIL_TIMEOUT = 0.3
    if trouble == "nobody listens":
        office.shutdown()
        office.server_close()
    elif trouble == "no greeting":
        office.stall_at = "HELLO"
    else:
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "wrong"
    work.post_due()
    written.refresh_from_db()
    assert written.state == "waiting"
    assert written.error.startswith("no connection")


@pytest.mark.parametrize("trouble", ["hangs up", "stalls"])
def test_without_an_answer_to_the_words_nobody_knows_and_nobody_sends_again(office, settings, trouble: str) -> None:
    written = letter()
    settings.EMAIL_TIMEOUT = 0.3
    if trouble == "hangs up":
        office.hang_up_at = "."
    else:
        office.stall_at = "."
    assert work.post_due() == 0
    written.refresh_from_db()
    assert written.state == "in_doubt"
    office.hang_up_at = office.stall_at = ""
    assert work.post_due() == 0
    assert len(office.taken) == 1


def test_a_code_is_forgotten_when_sent_and_dropped_when_late_or_in_doubt(office, monkeypatch) -> None:
    code = {"sealed": True, "priority": Letter.Priority.CODE}
    sent = letter(**code)
    work.post_due()
    office.hang_up_at = "."
    doubtful = letter(**code)
    work.post_due()
    late = letter(**code, useless_after=timezone.now() - timedelta(seconds=1))
    work.doubt_the_abandoned()
    for each, state in ((sent, "sent"), (doubtful, "dropped"), (late, "dropped")):
        each.refresh_from_db()
        assert (each.state, each.text, each.subject, each.html) == (state, "", "", "")
    assert len(office.taken) == 2


def test_what_a_dead_sender_left_is_in_doubt_after_a_while_and_told_by_who_lives_after_all() -> None:
    left = letter()
    Letter.objects.filter(pk=left.pk).update(state="sending", claimed_at=timezone.now() - timedelta(minutes=9))
    assert work.doubt_the_abandoned() == 0
    assert work.doubt_the_abandoned(timezone.now() + timedelta(minutes=2)) == 1
    left.refresh_from_db()
    assert left.state == "in_doubt"
    assert work.post_due() == 0


def test_words_are_forgotten_after_ninety_days_and_keys_are_not(office) -> None:
    written = letter("receipt:old")
    work.post_due()
    Letter.objects.update(written_at=timezone.now() - timedelta(days=91))
    assert actions.forget_old() == 1
    assert letter("receipt:old").pk == written.pk
    assert work.post_due() == 0


@pytest.mark.django_db(transaction=True)
def test_posters_at_once_send_one_copy_each(office) -> None:
    for _number in range(40):
        letter()
    errors: list[BaseException] = []

    def post() -> None:
        try:
            while Letter.objects.filter(state="waiting").exists():
                work.post_due()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    ids = [mail["Message-ID"] for mail in office.taken]
    assert len(ids) == len(set(ids)) == 40
    assert Letter.objects.filter(state="sent").count() == 40


@pytest.mark.django_db(transaction=True)
def test_a_key_written_by_two_at_once_is_one_letter() -> None:
    barrier = threading.Barrier(4)
    seen: list[int] = []

    def write() -> None:
        barrier.wait()
        try:
            seen.append(letter("receipt:race").pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(seen) == 4
    assert len(set(seen)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_code_is_out_within_a_second_while_the_server_stalls_on_another(office, settings) -> None:
    settings.EMAIL_TIMEOUT = 3
    slow = threading.Event()

    def stall_first() -> None:
        if len(office.taken) == 1:
            slow.set()
            time.sleep(3)

    office.when_taken = stall_first
    posters = work.Posters()
    posters.start()
    try:
        letter()
        assert slow.wait(5)
        begun = time.monotonic()
        code = letter(priority=Letter.Priority.CODE, sealed=True)
        while time.monotonic() - begun < 5 and Letter.objects.get(pk=code.pk).state != "sent":
            time.sleep(0.02)
        assert time.monotonic() - begun < 1.0
    finally:
        posters.finish(10)
