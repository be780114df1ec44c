"""The roll: everybody who supports or supported the newsroom, one row a person, searched, filtered and sorted.

A person is on it who has a membership that was begun, time that was given, a contribution, or a gift bought.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from masthead.accounts.models import Account
from masthead.members.models import AccessGrant, Contribution, Gift, Membership
from masthead.members.models.memberships import ABANDONED, GOING, PAST_DUE, PENDING
from masthead.payments.models import Document, Payment

RECEIPT = re.compile(r"^\s*([RC]\d{4})-?0*(\d{1,9})\s*$", re.IGNORECASE)
FOUR_DIGITS = re.compile(r"^\d{4}$")
LONGEST = 100  # of a search, in letters
# How urgent or alive a membership is, when a person has several: the first one stands for them.
STANDING = {state: place for place, state in enumerate((*GOING, "ended", PENDING, ABANDONED))}


def everybody() -> QuerySet[Account]:
    """All on the roll."""
    begun = Membership.objects.begun().filter(account=OuterRef("pk"))
    granted = AccessGrant.objects.filter(account=OuterRef("pk"))
    contributed = Contribution.objects.filter(account=OuterRef("pk"))
    given = Gift.objects.filter(buyer=OuterRef("pk"))
    return Account.objects.filter(Exists(begun) | Exists(granted) | Exists(contributed) | Exists(given))


def with_since(people: QuerySet[Account]) -> QuerySet[Account]:
    """Each with `since`, the day their first membership began; empty for who never had one."""
    first = Membership.objects.filter(account=OuterRef("pk"), begun_at__isnull=False).order_by()
    return people.annotate(since=Subquery(first.values("account").annotate(least=Min("begun_at")).values("least")))


def since_of(people: list[Account]) -> dict[int, datetime]:
    """The same for these people."""
    rows = Membership.objects.filter(account__in=[person.pk for person in people], begun_at__isnull=False)
    return dict(rows.order_by().values_list("account").annotate(Min("begun_at")))


def membership_like(**fields: Any) -> Q:
    """Whether the person has one begun membership with all of these."""
    return _whose(Membership.objects.begun().filter(**fields))


def failing() -> Q:
    """Whether a membership's payment is late now."""
    return _whose(Membership.objects.filter(state=PAST_DUE))


def comped(now: datetime) -> Q:
    """Whether the newsroom gave them time that lasts or is still to come."""
    return _whose(AccessGrant.objects.standing().filter(comp__isnull=False, ends_at__gt=now))


def gifted(now: datetime) -> Q:
    """Whether they redeemed a gift that lasts or is still to come."""
    return _whose(AccessGrant.objects.standing().filter(redemption__isnull=False, ends_at__gt=now))


def covered(now: datetime) -> Q:
    """Whether members' stories are open to them now."""
    return _whose(AccessGrant.objects.covering(now))


def _whose(rows: QuerySet[Any]) -> Q:
    # Asked once for all, not once a person.
    return Q(pk__in=rows.filter(account__isnull=False).order_by().values("account"))


def search(people: QuerySet[Account], typed: str, *, money: bool) -> QuerySet[Account]:
    """Who is meant: by name or name in public; with `money` also by address, card's last digits, receipt's number."""
    typed = " ".join(typed.split())[:LONGEST]
    if money and (number := RECEIPT.match(typed)):
        papers = Document.objects.filter(series__name=number[1].upper(), number=int(number[2]))
        return people.filter(pk__in=papers.values("payment__order__account"))
    if money and FOUR_DIGITS.match(typed):
        cards = Payment.objects.filter(card_last4=typed, order__account__isnull=False)
        return people.filter(pk__in=cards.values("order__account"))
    for word in typed.split():
        people = people.filter(_named(word, money=money))
    return people


def _named(word: str, *, money: bool) -> Q:
    said = Q()
    # SQLite knows the capitals of no alphabet but the Latin.
    for written in {word} if word.isascii() else {word, word.lower(), word.capitalize(), word.upper()}:
        said |= Q(first_name__icontains=written) | Q(last_name__icontains=written)
        said |= _whose(Membership.objects.filter(public_name__icontains=written))
        said |= _whose(Contribution.objects.filter(public_name__icontains=written))
        if money:
            said |= Q(email__icontains=written)
    return said


def latest_memberships(people: list[Account]) -> dict[int, Membership]:
    """The membership that stands for each of these people: one that goes on before one that ended, then the newest."""
    found: dict[int, Membership] = {}
    rows = Membership.objects.begun().filter(account__in=[person.pk for person in people])
    rows = rows.select_related("order__agreement").prefetch_related("tier__words")
    for membership in sorted(rows, key=_standing):
        found.setdefault(membership.account_id or 0, membership)
    return found


def _standing(membership: Membership) -> tuple[int, float]:
    begun = membership.begun_at or membership.created_at
    return STANDING[membership.state], -begun.timestamp()


def access_until(people: list[Account]) -> dict[int, datetime]:
    """Until when members' stories are open to each of these people, as far as the periods given now reach."""
    now, until = timezone.now(), dict[int, datetime]()
    grants = AccessGrant.objects.standing().filter(account__in=[person.pk for person in people], ends_at__gt=now)
    for account, starts, ends in grants.order_by("starts_at").values_list("account", "starts_at", "ends_at"):
        if starts <= until.get(account, now):
            until[account] = max(ends, until.get(account, ends))
    return until


def by_name() -> Any:
    """For sorting: the last name, else the first, else the address."""
    return Case(
        When(~Q(last_name=""), then=F("last_name")),
        When(~Q(first_name=""), then=F("first_name")),
        default=Value("~"),
        output_field=CharField(),
    )
