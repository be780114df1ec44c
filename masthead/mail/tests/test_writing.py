"""Writing a letter: once a key, with the transaction it belongs to, in the reader's language, with honest headers."""

from __future__ import annotations

import pytest
from django.db import transaction

from masthead.mail import actions
from masthead.mail.models import Letter
from masthead.mail.tests.factories import letter
from masthead.mail.work import message
from masthead.mail.writing import Attachment, CannotWrite

pytestmark = pytest.mark.django_db


def test_first_line_is_the_subject_and_plain_text_is_not_escaped() -> None:
    written = letter()
    assert written.subject == "Receipt for Nadia O'Hara"
    assert "Thank you, Nadia O'Hara. You paid €5." in written.text
    assert "Nadia O&#x27;Hara" in written.html
    assert "Masthead" in written.text  # the newsroom's name


def test_a_key_is_written_once_whatever_it_says_later() -> None:
    first = letter("receipt:7")
    second = letter("receipt:7", context={"who": "Somebody else", "amount": "€9"})
    assert first.pk == second.pk
    assert Letter.objects.get().text == first.text


def test_what_is_rolled_back_was_never_written() -> None:
    with transaction.atomic():
        letter("receipt:8")
        transaction.set_rollback(True)
    assert not Letter.objects.exists()


def test_a_letter_without_a_formatted_template_is_plain() -> None:
    assert letter(template="plain_for_tests").html == ""


def test_right_to_left_is_said(settings) -> None:
    html = letter(language="ar").html
    assert 'dir="rtl"' in html
    assert 'lang="ar"' in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "nadia@reader.example\nBcc: all@reader.example"},
        {"to": "nobody"},
        {"to": ""},
        {"to_name": "Nadia\r\nBcc: all@reader.example"},
        {"context": {"who": "Nadia\x0bBcc: x", "amount": "€5"}},
        {"attachments": [Attachment("a\nb.pdf", "application/pdf", b"%PDF")]},
        {"attachments": [Attachment("large.pdf", "application/pdf", b"0" * (5 * 1024 * 1024 + 1))]},
    ],
    ids=["address", "no address", "empty", "name", "subject", "attachment", "large"],
)
def test_what_has_no_place_in_a_header_is_refused(wrong) -> None:
    with pytest.raises(CannotWrite):
        letter(**wrong)
    assert not Letter.objects.exists()


def test_a_line_break_in_a_word_of_the_subject_makes_no_header() -> None:
    written = letter(context={"who": "Nadia\nBcc: all@reader.example", "amount": "€5"})
    made = message(written).message()
    assert made["Subject"] == "Receipt for Nadia"
    assert made["Bcc"] is None


def test_a_comma_in_a_name_makes_no_second_recipient() -> None:
    written = letter(to_name='Nadia "N", all@reader.example')
    assert message(written).message()["To"].endswith("<nadia@reader.example>")
    assert message(written).recipients() == [message(written).to[0]]


def test_a_person_is_forgotten_and_is_not_written_to_again() -> None:
    waiting, other = letter("receipt:9"), letter("receipt:10", to="oleh@reader.example")
    assert actions.erase("NADIA@reader.example") == 1
    waiting.refresh_from_db()
    other.refresh_from_db()
    assert (waiting.state, waiting.to, waiting.text, waiting.subject) == ("dropped", "", "", "")
    assert other.state == "waiting"
    letter("receipt:9")
    assert Letter.objects.count() == 2
