"""The mailbox at the desk: who may read letters, what of a code is shown to nobody, and what a person decides."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from masthead.accounts.tests.factories import editor, publisher
from masthead.articles.tests.desk import sign_in
from masthead.mail.models import Letter
from masthead.mail.tests.factories import letter
from masthead.mail.writing import Attachment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def desk() -> Client:
    return sign_in(publisher())


def page(desk: Client, written: Letter) -> str:
    response = desk.get(reverse("mailbox:inspect", args=(written.pk,)))
    assert response.status_code == 200
    return response.content.decode()


def test_lists_letters_with_their_state_and_finds_them(desk: Client) -> None:
    letter(context={"who": "Nadia", "amount": "€5"})
    sent = letter(to="oleh@reader.example", context={"who": "Oleh", "amount": "€5"})
    Letter.objects.filter(pk=sent.pk).update(state="sent")
    assert "/desk/mailbox/" in desk.get("/desk/").content.decode()
    everything = desk.get("/desk/mailbox/").content.decode()
    assert "Receipt for Nadia" in everything
    assert "Receipt for Oleh" in everything
    assert "Receipt for Nadia" not in desk.get("/desk/mailbox/?state=sent").content.decode()
    assert "Receipt for Nadia" not in desk.get("/desk/mailbox/?q=oleh").content.decode()


def test_shows_a_letter_whole(desk: Client) -> None:
    written = letter(attachments=[Attachment("receipt.pdf", "application/pdf", b"%PDF")])
    words = page(desk, written)
    assert "You paid €5." in words
    assert "nadia@reader.example" in words
    assert f"{written.uuid}@" in words
    file = desk.get(reverse("mailbox:file", args=(written.pk, 0)))
    assert file.content == b"%PDF"
    assert file["Content-Disposition"] == 'attachment; filename="receipt.pdf"'


def test_formatted_words_stand_in_a_sandbox(desk: Client) -> None:
    written = letter()
    assert "sandbox" in page(desk, written)
    framed = desk.get(reverse("mailbox:words", args=(written.pk,)))
    assert "<h1>Thank you" in framed.content.decode()
    policy = framed["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "no-store" in framed["Cache-Control"]


def test_a_code_is_shown_to_nobody(desk: Client) -> None:
    written = letter(template="sign_in_code", context={"code": "482913"}, sealed=True)
    assert "482913" not in page(desk, written)
    assert "482913" not in desk.get("/desk/mailbox/").content.decode()
    assert desk.get(reverse("mailbox:words", args=(written.pk,))).status_code == 404
    assert desk.get(reverse("mailbox:file", args=(written.pk, 0))).status_code == 404


@pytest.mark.parametrize(("decision", "state"), [("resend", "waiting"), ("drop", "dropped")])
def test_a_letter_in_doubt_is_decided_on_once_and_by_name(desk: Client, decision: str, state: str) -> None:
    written = letter()
    Letter.objects.filter(pk=written.pk).update(state="in_doubt")
    assert f"/desk/mailbox/{written.pk}/{decision}/" in page(desk, written)
    desk.post(reverse(f"mailbox:{decision}", args=(written.pk,)))
    written.refresh_from_db()
    assert written.state == state
    entry = ModelLogEntry.objects.get(action=f"mail.{decision}")
    assert entry.user is not None
    assert entry.label == written.key  # no name that outlives its owner's erasure
    Letter.objects.filter(pk=written.pk).update(state="sent")
    again = desk.post(reverse(f"mailbox:{decision}", args=(written.pk,)), follow=True)
    assert "Somebody was quicker" in again.content.decode()
    written.refresh_from_db()
    assert written.state == "sent"


def test_who_only_looks_decides_nothing_and_an_editor_sees_no_mailbox() -> None:
    written = letter()
    Letter.objects.filter(pk=written.pk).update(state="in_doubt")
    other = sign_in(editor())
    assert other.get("/desk/mailbox/").status_code == 302
    assert other.get(reverse("mailbox:words", args=(written.pk,))).status_code in (302, 403)
    assert other.post(reverse("mailbox:resend", args=(written.pk,))).status_code in (302, 403)
    assert Client().get(reverse("mailbox:words", args=(written.pk,))).status_code == 302
    written.refresh_from_db()
    assert written.state == "in_doubt"


def test_the_desks_first_page_says_what_waits_for_a_decision(desk: Client) -> None:
    written = letter()
    assert "wait for a decision" not in desk.get("/desk/").content.decode()
    Letter.objects.filter(pk=written.pk).update(state="failed")
    assert "wait for a decision" in desk.get("/desk/").content.decode()
    assert "wait for a decision" not in sign_in(editor()).get("/desk/").content.decode()


def test_a_sent_letter_offers_no_decision(desk: Client) -> None:
    written = letter()
    Letter.objects.filter(pk=written.pk).update(state="sent")
    assert "/resend/" not in page(desk, written)
    assert "/drop/" not in page(desk, written)
