"""The list of members: searched, filtered, sorted, paged, taken out as a file, quick also when it is long."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from masthead.members.access import give_comp
from masthead.members.desk.people import harmless
from masthead.members.giving import redeem_gift
from masthead.members.tests import factories, supporters
from masthead.payments.models import Document, Series
from masthead.payments.tests.till import Till

pytestmark = pytest.mark.django_db
QUERIES = 10  # of our own, for the list itself


def listed(client: Client, **asked: Any) -> list[str]:
    """The addresses on the page, in order."""
    answer = client.get(reverse("desk_members:index"), asked)
    assert answer.status_code == 200
    return [person.email for person in answer.context["object_list"]]


def test_nobody_yet(service: Client, a_publisher: Client) -> None:
    words = service.get(reverse("desk_members:index")).content.decode()
    assert "Nobody supports the newsroom yet" in words
    tiers = reverse("wagtailsnippets_members_tier:list")
    assert f'class="button" href="{tiers}"' not in words
    assert f'class="button" href="{tiers}"' in a_publisher.get(reverse("desk_members:index")).content.decode()


def test_everybody_who_supports_or_was_given_something_is_listed_once(service: Client) -> None:
    member, giver, comped = supporters.member(), supporters.contribution(), supporters.reader()
    supporters.member(account=member.account, ended=timezone.now())
    give_comp(comped, factories.tier(), 3, "our source", None)
    stranger = supporters.reader()
    found = listed(service)
    assert sorted(found) == sorted([member.account.email, giver.account.email, comped.email])
    assert stranger.email not in found


def test_people_are_found_by_what_is_known_of_them(service: Client, till: Till) -> None:
    nadia = supporters.paid_membership(till)
    olena = supporters.member(
        account=supporters.reader(email="o@mail.example", first_name="Олена", last_name="Шевченко"),
        public_name="Friend of the harbour",
    )
    paper = Document.objects.get(payment__order=nadia.order)
    for typed in (nadia.account.email[:9], "bondar", "4242", str(paper), str(paper).lower()):
        assert listed(service, q=typed) == [nadia.account.email], typed
    for typed in ("шевченко", "Олена Шевченко", "friend harbour"):
        assert listed(service, q=typed) == [olena.account.email], typed
    assert listed(service, q="nobody") == []
    assert "Nobody on the roll matches" in service.get(reverse("desk_members:index"), {"q": "nobody"}).content.decode()
    assert listed(service, q="R2020-000001") == []


def test_filters_speak_of_one_membership(service: Client, till: Till) -> None:
    friend, reader = factories.tier("Friend"), factories.tier("Reader")
    now = timezone.now()
    yearly = supporters.member(friend, interval="year", begun=now - timedelta(days=400))
    late = supporters.member(reader, state="past_due", begun=now - timedelta(days=40))
    gone = supporters.member(friend, ended=now, begun=now - timedelta(days=100))
    supporters.member(reader, account=gone.account, begun=now - timedelta(days=10))
    assert listed(service, tier=friend.pk, state="active") == [yearly.account.email]
    assert listed(service, state="past_due") == listed(service, now="failing") == [late.account.email]
    assert listed(service, interval="year") == [yearly.account.email]
    assert listed(service, state="ended") == [gone.account.email]
    since = f"{timezone.localdate() - timedelta(days=20)}"
    assert listed(service, since_from=since) == [gone.account.email]
    assert len(listed(service, gateway="stripe")) == 3
    assert listed(service, gateway="manual") == []


def test_comps_gifts_and_access_are_found(service: Client, till: Till) -> None:
    comped, gifted, member = supporters.reader(), supporters.reader(), supporters.paid_membership(till)
    give_comp(comped, factories.tier(), 3, "our source", None)
    redeem_gift(supporters.paid_gift(till).code, gifted)
    assert listed(service, now="comp") == [comped.email]
    assert listed(service, now="gift") == [gifted.email]
    assert set(listed(service, now="access")) == {comped.email, gifted.email, member.account.email}


def test_sorted_by_name_address_and_day(service: Client) -> None:
    now = timezone.now()
    for days, name in ((3, "Bondar"), (1, "Adler"), (2, "Cole")):
        account = supporters.reader(last_name=name, email=f"{name.lower()}@mail.example")
        supporters.member(account=account, begun=now - timedelta(days=days))
    assert [each[0] for each in listed(service, ordering="name")] == ["a", "b", "c"]
    assert [each[0] for each in listed(service, ordering="-email")] == ["c", "b", "a"]
    assert [each[0] for each in listed(service)] == ["c", "a", "b"]
    assert [each[0] for each in listed(service, ordering="-since")] == ["a", "c", "b"]
    assert [each[0] for each in listed(service, ordering="since")] == ["b", "c", "a"]
    assert len(listed(service, ordering="nonsense")) == 3


def test_a_page_asks_little_whatever_it_shows(service: Client) -> None:
    tier = factories.tier("Reader")
    for _ in range(3):
        supporters.member(tier)
    service.get(reverse("desk_members:results"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        service.get(reverse("desk_members:results"))
    for _ in range(60):
        supporters.member(tier)
    with CaptureQueriesContext(connection) as many:
        assert len(service.get(reverse("desk_members:results")).context["object_list"]) == 50
    assert len(many) == len(few)
    ours = [query["sql"] for query in many if "members_" in query["sql"]]
    assert len(ours) <= QUERIES
    assert len(listed(service, p=2)) == 13


def test_the_list_is_taken_out_as_it_is_filtered(service: Client) -> None:
    now = timezone.now()
    yen = supporters.member(
        account=supporters.reader(first_name="=HYPERLINK(1)", last_name="+1"),
        public_name="@SUM(A1)",
        reason="-2+3",
        amount=500,
        currency="JPY",
        begun=now - timedelta(days=3),
    )
    supporters.member(ended=now)
    answer = service.get(reverse("desk_members:export"), {"state": "active"})
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row["mail_address"] for row in rows] == [yen.account.email]
    row = rows[0]
    assert (row["amount_minor_units"], row["currency"]) == ("500", "JPY")
    assert row["name"] == "'=HYPERLINK(1) +1"
    assert row["public_name"] == "'@SUM(A1)"
    assert row["reason"] == "'-2+3"
    assert ModelLogEntry.objects.filter(action="members.export").count() == 1


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A", "\t=1", "\r1", " =1", "＝1"])
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert str(harmless(text)).startswith("'")


def test_amounts_stay_numbers() -> None:
    assert harmless(500) == 500
    assert harmless("Nadia") == "Nadia"


def test_editors_see_who_supports_but_neither_addresses_nor_payments(an_editor: Client, till: Till) -> None:
    membership = supporters.paid_membership(till)
    words = an_editor.get(reverse("desk_members:index")).content.decode()
    assert "Nadia Bondar" in words
    assert membership.account.email not in words
    assert "4242" not in words
    assert "5.00" not in words
    found = an_editor.get(reverse("desk_members:index"), {"q": membership.account.email[:8]})
    assert "Nadia Bondar" not in found.content.decode()
    series = Series.objects.get().name
    assert "Nadia Bondar" not in an_editor.get(reverse("desk_members:index"), {"q": f"{series}-1"}).content.decode()
    page = an_editor.get(reverse("desk_members:person", args=(membership.account_id,))).content.decode()
    assert "Nadia Bondar" in page
    assert "Reader" in page
    for hidden in (membership.account.email, "4242", "5.00", series):
        assert hidden not in page
