"""Who may open and do what with members and money at the desk."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from masthead.accounts.tests import factories as accounts
from masthead.articles.tests.desk import sign_in
from masthead.members.joining import Said
from masthead.members.models import AccessGrant
from masthead.members.tests import supporters
from masthead.payments.models import Document, Notice, Reconciliation
from masthead.payments.tests.till import Till

pytestmark = pytest.mark.django_db

ROLES: dict[str, Callable[..., object]] = {
    "reporter": accounts.reporter,
    "editor": accounts.editor,
    "reader service": accounts.reader_service,
    "publisher": accounts.publisher,
}
EVERYBODY_BUT_REPORTERS, MONEY, PUBLISHERS = (
    {"editor", "reader service", "publisher"},
    {"reader service", "publisher"},
    {"publisher"},
)


@pytest.fixture
def addresses(till: Till) -> dict[str, set[str]]:
    """Each page with the roles that may open it."""
    membership = supporters.paid_membership(till, said=_said())
    payment, paper, grant = membership.order.payments.get(), Document.objects.get(), AccessGrant.objects.get()
    order = supporters.ordered_by_transfer(till)
    notice = Notice.objects.create(gateway="stripe", ref="evt_1", kind="x", about="", happened_at=timezone.now())
    row = Reconciliation.objects.create(gateway="stripe")
    account = membership.account_id
    url = reverse
    return {
        url("desk_members:support"): EVERYBODY_BUT_REPORTERS,
        url("desk_members:index"): EVERYBODY_BUT_REPORTERS,
        url("desk_members:results"): EVERYBODY_BUT_REPORTERS,
        url("desk_members:person", args=(account,)): EVERYBODY_BUT_REPORTERS,
        url("desk_members:reasons"): EVERYBODY_BUT_REPORTERS,
        url("desk_members:reason", args=("membership", membership.uuid, "publish")): EVERYBODY_BUT_REPORTERS,
        url("desk_members:export"): MONEY,
        url("desk_members:transfers"): MONEY,
        url("desk_members:transfer", args=(order.uuid,)): MONEY,
        url("desk_members:comp", args=(account,)): MONEY,
        url("desk_members:address", args=(account,)): MONEY,
        url("desk_members:end", args=(membership.uuid,)): MONEY,
        url("desk_members:end_at_period", args=(membership.uuid,)): MONEY,
        url("desk_members:resume", args=(membership.uuid,)): MONEY,
        url("desk_members:end_access", args=(grant.pk,)): MONEY,
        url("desk_members:refund", args=(payment.uuid,)): MONEY,
        url("desk_members:send_again", args=(paper.uuid,)): MONEY,
        url("desk_payments:index"): MONEY,
        url("desk_payments:inspect", args=(payment.pk,)): MONEY,
        url("desk_ledger:index"): MONEY,
        url("desk_ledger:inspect", args=(payment.entries.get().pk,)): MONEY,
        url("desk_notices:index"): MONEY,
        url("desk_notices:inspect", args=(notice.pk,)): MONEY,
        url("desk_reconciliations:index"): MONEY,
        url("desk_reconciliations:inspect", args=(row.pk,)): MONEY,
        url("wagtailsnippets_members_tier:list"): PUBLISHERS,
        url("wagtailsnippets_members_tier:edit", args=(membership.tier_id,)): PUBLISHERS,
    }


def _said() -> Said:
    return Said("Nadia", is_public=True, reason="Because it is ours")


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_to_those_who_may(one_factor: None, addresses: dict[str, set[str]], role: str) -> None:
    client = sign_in(ROLES[role]())  # type: ignore[arg-type]
    found = {address: client.get(address).status_code == 200 for address in addresses}
    assert found == {address: role in roles for address, roles in addresses.items()}


@pytest.mark.parametrize("role", ["reporter", "editor"])
def test_nothing_is_done_by_those_who_may_not(one_factor: None, addresses: dict[str, set[str]], role: str) -> None:
    client = sign_in(ROLES[role]())  # type: ignore[arg-type]
    form = {
        "reason": "x",
        "amount": "1",
        "left": "500",
        "months": 1,
        "tier": 1,
        "name": str(uuid4()),
        "email": "x@y.example",
    }
    for address, roles in addresses.items():
        if role not in roles:
            assert client.post(address, form).status_code in (302, 403, 405)
            assert "not have permission" in client.get(reverse("wagtailadmin_home")).content.decode(), address
    assert client.post(reverse("desk_notices:again", args=(Notice.objects.get().pk,))).status_code in (302, 403)
    assert AccessGrant.objects.standing().count() == 1


def test_nobody_changes_the_books(a_publisher: Client, addresses: dict[str, set[str]]) -> None:
    for name in ("desk_payments", "desk_ledger", "desk_notices", "desk_reconciliations"):
        assert a_publisher.get(reverse(f"{name}:add")).status_code in (302, 403)
        assert a_publisher.post(reverse(f"{name}:delete", args=(1,))).status_code in (302, 403, 404)


def test_readers_and_strangers_stay_outside(addresses: dict[str, set[str]]) -> None:
    reader = sign_in(supporters.reader())
    for address in addresses:
        assert Client().get(address).status_code == 302
        assert reader.get(address).status_code == 403


def test_a_second_factor_is_asked_for(settings: pytest.FixtureRequest) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True  # type: ignore[attr-defined]
    client = sign_in(accounts.reader_service())
    answer = client.get(reverse("desk_members:index"))
    assert answer.status_code == 302
    assert "2fa" in answer["Location"]


def test_the_menu_shows_each_what_they_may(one_factor: None) -> None:
    for role, expected in (("reporter", False), ("editor", True), ("reader service", True)):
        words = sign_in(ROLES[role]()).get(reverse("wagtailadmin_home")).content.decode()  # type: ignore[arg-type]
        assert (reverse("desk_members:support") in words) is expected, role
    assert (
        reverse("desk_ledger:index")
        not in sign_in(accounts.editor()).get(reverse("wagtailadmin_home")).content.decode()
    )
