"""A reader gives a membership: to one, or to a whole list; by mail on a day, or as cards to print."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from masthead.articles.tests import factories as paper
from masthead.members.cards import card_path, cards_path
from masthead.members.joining import delivery_on
from masthead.members.models import Gift, Tier
from masthead.members.tests import factories as make
from masthead.members.tests.asking import only_order, page, send, till
from masthead.payments import actions
from masthead.payments.models import Order
from masthead.payments.tests.till import Till

__all__ = ["till"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def friend(settings: Any) -> Tier:
    settings.TIME_ZONE = "Europe/Kyiv"
    paper.newsroom()
    make.offer()
    return make.tier("Friend")


def one(tier: Tier, **more: Any) -> dict[str, Any]:
    given = {"gift": f"{tier.pk}:3", "how": "mail", "recipient_name": "Olha", "recipient_email": "olha@mail.example"}
    return {**given, "email": "nadia@mail.example", "name": "Nadia", "gateway": "stripe", "in": "EUR", **more}


def many(tier: Tier, **more: Any) -> dict[str, Any]:
    return {"gift": f"{tier.pk}:12", "email": "nadia@mail.example", "gateway": "stripe", "in": "EUR", **more}


def today() -> date:
    return timezone.localdate()


def test_the_page_says_what_each_length_costs_and_when_gifts_are_sent(till: Till, friend: Tier, client: Client) -> None:
    html = page(client.get("/support/gift/"))
    for words in ("3 months", "€15", "12 months", "€50", "Sent at 09:00, time in Kyiv", "within 24 months"):
        assert words in html


def test_a_gift_by_mail_waits_for_its_day(till: Till, friend: Tier, client: Client) -> None:
    day = today() + timedelta(days=20)
    assert send(client, "/support/gift/", one(friend, day=day.isoformat(), message="For you.")).status_code == 303
    order, gift = only_order(), Gift.objects.get()
    assert (order.amount, order.interval, order.purpose) == (1500, "once", "gift")
    assert (gift.months, gift.from_name, gift.message, gift.by_mail) == (3, "Nadia", "For you.", True)
    assert gift.deliver_at == delivery_on(day)


def test_a_card_to_print_needs_no_address(till: Till, friend: Tier, client: Client) -> None:
    assert send(client, "/support/gift/", one(friend, how="card", recipient_email="no address")).status_code == 303
    assert Gift.objects.get().by_mail is False


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"recipient_email": "Nadia@Mail.example"}, "This is your own address"),
        ({"recipient_email": ""}, "Please write where the gift should be sent"),
        ({"recipient_email": "olha"}, "This is no mail address"),
        ({"day": "2020-01-01"}, "This day has gone by"),
        ({"day": "2999-01-01"}, "within the next twelve months"),
        ({"day": "tomorrow"}, "Please write a day such as"),
        ({"gift": ""}, "Please choose what to give"),
        ({"gift": "{tier}:5"}, "isn’t offered any more"),
        ({"gift": "999:3"}, "isn’t offered any more"),
        ({"in": "USD", "gift": "{tier}:3", "gateway": "nowhere"}, "can’t be paid for in this way"),
        ({"recipient_name": "O" * 10_000}, "at most 120 characters"),
        ({"message": "M" * 10_000}, "at most 1000 characters"),
        ({"email": ""}, "Please write your mail address"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    more: dict[str, str], words: str, till: Till, friend: Tier, client: Client
) -> None:
    changed = {name: value.format(tier=friend.pk) for name, value in more.items()}
    response = send(client, "/support/gift/", {**one(friend), **changed})
    assert response.status_code == 400
    assert words in page(response)
    assert 'value="Nadia"' in page(response)
    assert Order.objects.count() == 0


def test_a_list_becomes_letters_and_cards(till: Till, friend: Tier, client: Client) -> None:
    lines = "Name,Mail\nOlha Bila, olha@mail.example\n\nivan@mail.example;Ivan\nClass 5b\n"
    assert send(client, "/support/gift/many/", many(friend, lines=lines, cards="22")).status_code == 303
    assert only_order().amount == 25 * 5000
    named = Gift.objects.exclude(recipient_name="").order_by("pk").values_list("recipient_name", "recipient_email")
    assert list(named) == [("Olha Bila", "olha@mail.example"), ("Ivan", "ivan@mail.example"), ("Class 5b", "")]
    assert Gift.objects.filter(by_mail=False).count() == 23


def test_a_file_is_read_as_spreadsheets_save_it(till: Till, friend: Tier, client: Client) -> None:
    file = SimpleUploadedFile("list.csv", "\ufeffІм’я;Пошта\r\nОльга;olha@mail.example\r\n".encode())
    assert send(client, "/support/gift/many/", many(friend, file=file)).status_code == 303
    assert Gift.objects.get().recipient_name == "Ольга"


def test_each_line_that_is_wrong_is_named_and_the_list_is_kept(till: Till, friend: Tier, client: Client) -> None:
    wrong = ["Ivan, ivan@", "Nadia, nadia@mail.example", "Olha again, OLHA@mail.example", "a, b, c@d.example"]
    lines = "\n".join(["Olha, olha@mail.example", *wrong])
    file = SimpleUploadedFile("list.csv", b"Petro, petro@mail.example\n")
    response = send(client, "/support/gift/many/", many(friend, lines=lines, file=file))
    html = page(response)
    assert response.status_code == 400
    assert "Line 2, “Ivan, ivan@”: this is no mail address." in html
    assert "Line 3, “Nadia, nadia@mail.example”: this is your own address." in html
    assert "Line 4, “Olha again, OLHA@mail.example”: the same address as in line 1." in html
    assert "Line 5, “a, b, c@d.example”: more than a name and a mail address." in html
    assert "Petro, petro@mail.example" in html
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "Please write at least one name"),
        ({"cards": "501"}, "from 0 to 500"),
        ({"cards": "many"}, "from 0 to 500"),
        ({"lines": "\n".join(f"Reader {number}" for number in range(501))}, "at most 500 at once"),
    ],
)
def test_lists_have_a_size(more: dict[str, str], words: str, till: Till, friend: Tier, client: Client) -> None:
    response = send(client, "/support/gift/many/", many(friend, **more))
    assert response.status_code == 400
    assert words in page(response)


def test_a_list_in_an_unknown_script_is_refused(till: Till, friend: Tier, client: Client) -> None:
    file = SimpleUploadedFile("list.csv", "Ольга,olha@mail.example".encode("cp1251"))
    response = send(client, "/support/gift/many/", many(friend, file=file))
    assert "CSV UTF-8" in page(response)


@pytest.fixture
def bought(till: Till, friend: Tier, client: Client) -> Order:
    send(client, "/support/gift/many/", many(friend, lines="Olha\nIvan, ivan@mail.example", message="Read well."))
    return only_order()


def test_cards_are_printed_once_they_are_paid_for(bought: Order, till: Till, client: Client) -> None:
    olha = Gift.objects.get(recipient_name="Olha")
    unpaid = client.get(card_path(olha))
    assert unpaid.status_code == 409
    assert olha.code not in page(unpaid)
    till.pay(bought)
    html = page(client.get(card_path(olha)))
    for words in ("A membership for Olha", "Friend, 12 months", "Read well.", olha.code, "/gift/ and type"):
        assert words in html
    everything = client.get(cards_path(bought))
    assert olha.code in page(everything)
    assert Gift.objects.get(by_mail=True).code not in page(everything)
    assert everything["Cache-Control"] == "private, no-store"
    assert everything["Referrer-Policy"] == "no-referrer"


def test_a_card_is_shown_to_nobody_without_its_link(bought: Order, till: Till, client: Client) -> None:
    till.pay(bought)
    one, other = Gift.objects.order_by("pk")
    assert client.get(f"/gift/card/{one.uuid}/").status_code == 404
    assert client.get(card_path(one).replace(str(one.uuid), str(other.uuid))).status_code == 404
    assert client.get(card_path(one)[:-1]).status_code == 404
    assert client.get(cards_path(bought)[:-1]).status_code == 404


def test_whoever_comes_back_sees_what_was_bought_and_where_the_cards_are(
    bought: Order, till: Till, client: Client
) -> None:
    till.double.pay(bought.session_ref, "4242424242424242")
    html = page(client.get(f"/support/back/{bought.uuid}/"))
    assert "Your 2 gifts are ready" in html
    assert "For Olha: a card to print" in html
    assert cards_path(bought) in html
    assert actions.settle_order(bought, "again").state == Order.COMPLETED
