"""What members keep of a person: memberships, contributions, gifts given and received; shown, handed out, erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from masthead.accounts import personal
from masthead.accounts.models import Account
from masthead.members import failing, managing
from masthead.members.cards import card_path
from masthead.members.erasing import end_at_provider, erase_gifts, erase_supporter
from masthead.members.models import AccessGrant, Contribution, Gift, Membership, Redemption
from masthead.members.models.gifts import ABANDONED as GIFT_ABANDONED
from masthead.members.models.gifts import PAYMENT_PENDING, PURCHASED, ends_of
from masthead.members.models.memberships import ENDED
from masthead.payments.models import Agreement, Order, Payment


@dataclass(frozen=True, slots=True)
class Shown:
    """A membership as its member sees it."""

    membership: Membership
    agreement: Agreement | None
    next_payment: datetime | None
    failing: Payment | None
    open_until: datetime | None
    paid_until: datetime | None
    may_pause: bool


def register() -> None:
    """Called once, when the app starts."""
    parts = (
        personal.Part(
            "membership",
            gettext_lazy("Membership"),
            order=10,
            template="components/account/memberships.html",
            context=_memberships,
            export=_export_memberships,
            erase=_erase_memberships,
            kept=_kept,
        ),
        personal.Part(
            "gifts",
            gettext_lazy("Gifts"),
            order=20,
            template="components/account/gifts.html",
            context=_gifts,
            export=_export_gifts,
            erase=erase_gifts,
        ),
        personal.Part(
            "contributions",
            gettext_lazy("Contributions"),
            order=30,
            template="components/account/contributions.html",
            context=_contributions,
            export=_export_contributions,
        ),
    )
    for part in parts:
        personal.register(part)


def _memberships(_request: HttpRequest, account: Account) -> dict[str, Any]:
    rows = Membership.objects.begun().filter(account=account).select_related("tier", "order__agreement")
    rows = rows.prefetch_related("tier__words").order_by("-begun_at", "-pk")
    going = [_shown(each) for each in rows if each.is_going]
    return {
        "going": going,
        "ended": [each for each in rows if each.state == ENDED],
        "open_until": ends_of(account, timezone.now()),
    }


def _shown(membership: Membership) -> Shown:
    agreement = getattr(membership.order, "agreement", None)
    late = failing.failing(membership)
    sources = [f"payment:{payment}" for payment in membership.order.payments.values_list("uuid", flat=True)]
    paid = AccessGrant.objects.standing().filter(source__in=sources).order_by("-ends_at").first()
    return Shown(
        membership=membership,
        agreement=agreement,
        next_payment=managing.next_payment(agreement) if agreement else None,
        failing=late,
        open_until=failing.grace_ends(late) if late else None,
        paid_until=paid.ends_at if paid else None,
        may_pause=managing.may_pause(agreement) and membership.state == "active",
    )


def _gifts(_request: HttpRequest, account: Account) -> dict[str, Any] | None:
    given = Gift.objects.filter(buyer=account).exclude(state__in=(PAYMENT_PENDING, GIFT_ABANDONED))
    given = given.select_related("tier", "order").prefetch_related("tier__words").order_by("-pk")
    received = Redemption.objects.filter(account=account).select_related("gift__tier", "grant").order_by("-at")
    shown = [{"gift": gift, "card": card_path(gift) if gift.state == PURCHASED else ""} for gift in given]
    return {"given": shown, "received": list(received)} if shown or received else None


def _contributions(_request: HttpRequest, account: Account) -> dict[str, Any] | None:
    rows = Contribution.objects.filter(account=account, order__state=Order.COMPLETED).select_related("order")
    found = list(rows.order_by("-created_at"))
    return {"contributions": found} if found else None


def _export_memberships(account: Account) -> dict[str, Any] | None:
    memberships = Membership.objects.filter(account=account).select_related("tier", "order").order_by("pk")
    grants = AccessGrant.objects.of(account).select_related("tier", "revocation").order_by("pk")
    if not memberships and not grants:
        return None
    return {"memberships": [_membership(each) for each in memberships], "access": [_grant(each) for each in grants]}


def _membership(membership: Membership) -> dict[str, Any]:
    return {
        "tier": membership.tier.name,
        "state": membership.state,
        "begun": membership.begun_at,
        "ended": membership.ended_at,
        "ended_because": membership.ended_reason,
        "public_name": membership.public_name,
        "may_be_thanked_by_name": membership.is_public,
        "why_i_support_you": membership.reason,
        "why_i_left": [membership.leaving, membership.leaving_words],
        "steps": [{"at": step.at, "to": step.after, "why": step.why} for step in membership.steps.all()],
    }


def _grant(grant: AccessGrant) -> dict[str, Any]:
    revocation = getattr(grant, "revocation", None)
    return {
        "tier": grant.tier.name,
        "given_for": grant.source.partition(":")[0],
        "from": grant.starts_at,
        "until": grant.ends_at,
        "revoked": revocation and {"at": revocation.at, "why": revocation.reason},
    }


def _export_gifts(account: Account) -> dict[str, Any] | None:
    given = Gift.objects.filter(buyer=account).select_related("tier").order_by("pk")
    received = Redemption.objects.filter(account=account).select_related("gift__tier", "grant").order_by("pk")
    sent = Gift.objects.filter(recipient_email__iexact=account.email).select_related("tier").order_by("pk")
    if not (given or received or sent):
        return None
    return {
        "given": [{**_gift(each), "to": [each.recipient_name, each.recipient_email]} for each in given],
        "sent_to_me": [_gift(each) for each in sent],
        "redeemed": [{**_gift(each.gift), "redeemed": each.at, "until": each.grant.ends_at} for each in received],
    }


def _gift(gift: Gift) -> dict[str, Any]:
    return {
        "tier": gift.tier.name,
        "months": gift.months,
        "from": gift.from_name,
        "message": gift.message,
        "state": gift.state,
        "made": gift.created_at,
        "delivered": gift.delivered_at,
        "to_be_redeemed_until": gift.expires_at,
    }


def _export_contributions(account: Account) -> list[dict[str, Any]] | None:
    rows = Contribution.objects.filter(account=account).select_related("order").order_by("pk")
    return [
        {
            "amount": str(each.order.money),
            "state": each.order.state,
            "made": each.created_at,
            "public_name": each.public_name,
            "may_be_thanked_by_name": each.is_public,
            "why_i_support_you": each.reason,
        }
        for each in rows
    ] or None


def _erase_memberships(account: Account) -> None:
    """Within the transaction of being erased; the provider is told after it, and told again until it knows."""
    erase_supporter(account)
    transaction.on_commit(end_at_provider, robust=True)


def _kept(account: Account) -> str:
    if not AccessGrant.objects.of(account).exists():
        return ""
    return gettext("That somebody was a member, from when until when, without your name.")
