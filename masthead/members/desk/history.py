"""A supporter's whole story: everything that ever happened, from every table, in one line of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from masthead.accounts.models import Account
from masthead.lib.money import Money
from masthead.mail.models import Letter
from masthead.members.models import AccessGrant, Contribution, Gift, Membership
from masthead.payments.models import Document, Payment

MOST_LETTERS = 200


@dataclass(frozen=True)
class Event:
    """One thing that happened. `kind` names the list's mark; `money` events are for those who may see payments."""

    at: datetime
    kind: str
    title: str
    detail: str = ""
    url: str = ""
    by: str = ""
    money: bool = False


def written(money: Money) -> str:
    """As the desk writes money."""
    return money.format(get_language() or "en")


def day(moment: datetime | None) -> str:
    """In the newsroom's zone."""
    return date_format(localtime(moment), "DATE_FORMAT") if moment else ""


def memberships_of(account: Account) -> QuerySet[Membership]:
    """All, the newest first, with their steps and agreements."""
    rows = Membership.objects.filter(account=account).select_related("tier", "order__agreement")
    return rows.prefetch_related("steps", "tier__words").order_by("-created_at", "-pk")


def payments_of(account: Account) -> QuerySet[Payment]:
    """All of the person's orders, the newest first, with what came of them."""
    rows = Payment.objects.filter(Q(order__account=account)).select_related("order", "agreement")
    papers = Prefetch("documents", Document.objects.select_related("series").order_by("issued_at", "pk"))
    return rows.prefetch_related("steps", "refunds__by", "disputes", papers).order_by("-created_at", "-pk")


def grants_of(account: Account) -> QuerySet[AccessGrant]:
    """All, the newest first, with what they came from and what ended them."""
    rows = AccessGrant.objects.of(account).select_related(
        "tier", "revocation__by", "comp__by", "redemption__gift__buyer"
    )
    return rows.prefetch_related("tier__words").order_by("-ends_at", "-pk")


def story_of(account: Account, *, money: bool) -> list[Event]:
    """Everything, the newest first; without `money`, nothing of payments, letters and addresses."""
    tellers: list[Callable[[Account], Iterator[Event]]] = [
        *(_account, _memberships, _grants, _gifts_given, _contributions, _payments, _letters, _deeds)
    ]
    events = [event for tell in tellers for event in tell(account) if money or not event.money]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _account(account: Account) -> Iterator[Event]:
    yield Event(account.date_joined, "account", _("The account was made"))


def _memberships(account: Account) -> Iterator[Event]:
    for membership in memberships_of(account):
        yield Event(
            membership.created_at,
            "membership",
            _("Set out to become a member: %(tier)s") % {"tier": membership.tier},
            membership.reason,
        )
        for step in membership.steps.all():
            ended = step.after == "ended" and membership.ended_reason
            words = {"tier": membership.tier, "state": step.get_after_display()}
            title = _("Membership %(tier)s: %(state)s") % words
            yield Event(step.at, "membership", title, membership.get_ended_reason_display() if ended else "")
        if membership.reason_published_at:
            yield Event(membership.reason_published_at, "reason", _("The reason was published"))


def source_of(grant: AccessGrant) -> str:
    """What a grant was given for, in words."""
    kind = grant.source.partition(":")[0]
    if kind == "comp" and hasattr(grant, "comp"):
        return _("given by the newsroom: %(reason)s") % {"reason": grant.comp.reason}
    if kind == "gift" and hasattr(grant, "redemption"):
        return _("a gift from %(buyer)s") % {"buyer": giver_of(grant.redemption.gift)}
    return {"payment": _("a payment"), "grace": _("days of grace while a payment failed")}.get(kind, grant.source)


def giver_of(gift: Gift) -> str:
    """Who gave it, as far as is known."""
    return gift.from_name or (gift.buyer.get_full_name() if gift.buyer else "") or _("somebody")


def _grants(account: Account) -> Iterator[Event]:
    for grant in grants_of(account):
        words = {"start": day(grant.starts_at), "end": day(grant.ends_at), "tier": grant.tier}
        by = str(grant.comp.by or "") if hasattr(grant, "comp") else ""
        title = _("Access from %(start)s until %(end)s (%(tier)s)") % words
        yield Event(grant.granted_at, "access", title, source_of(grant), by=by)
        if hasattr(grant, "revocation"):
            taken, title = grant.revocation, _("Access from %(start)s until %(end)s was ended") % words
            yield Event(taken.at, "revoked", title, taken.reason, by=str(taken.by or _("a rule")))


def _gifts_given(account: Account) -> Iterator[Event]:
    rows = Gift.objects.filter(buyer=account).select_related("tier").prefetch_related("steps", "tier__words")
    for gift in rows:
        whom = gift.recipient_name or _("somebody")
        words = {"tier": gift.tier, "months": gift.months, "whom": whom}
        yield Event(gift.created_at, "gift", _("A gift for %(whom)s: %(tier)s, %(months)d months") % words)
        for step in gift.steps.all():
            words["state"] = step.get_after_display()
            yield Event(step.at, "gift", _("The gift for %(whom)s: %(state)s") % words)
        if gift.delivered_at:
            yield Event(gift.delivered_at, "gift", _("The gift for %(whom)s was sent") % words)
        if gift.reminded_at:
            yield Event(gift.reminded_at, "gift", _("%(whom)s was reminded of the gift") % words)


def _contributions(account: Account) -> Iterator[Event]:
    for contribution in Contribution.objects.filter(account=account).select_related("order"):
        yield Event(contribution.created_at, "contribution", _("Set out to give once"), contribution.reason)
        if contribution.reason_published_at:
            yield Event(contribution.reason_published_at, "reason", _("The reason was published"))


def _payments(account: Account) -> Iterator[Event]:
    for payment in payments_of(account):
        url = reverse("desk_payments:inspect", args=(payment.pk,))
        what = {"money": written(payment.money), "title": payment.order.title}
        for step in payment.steps.all():
            said = {**what, "state": step.get_after_display()}
            failed = payment.failure_code if step.after == "failed" else ""
            title = _("Payment of %(money)s: %(state)s") % said
            yield Event(step.at, f"payment-{step.after}", title, failed or payment.order.title, url, money=True)
        yield from _returns(payment, url)
        for paper in payment.documents.all():
            words = {"kind": paper.get_kind_display(), "number": paper, "money": written(paper.money)}
            title = _("Issued: %(kind)s %(number)s over %(money)s") % words
            yield Event(paper.issued_at, "document", title, money=True)


def _returns(payment: Payment, url: str) -> Iterator[Event]:
    for refund in payment.refunds.all():
        words = {"money": written(refund.money), "state": refund.get_state_display()}
        title = _("Refund of %(money)s: %(state)s") % words
        yield Event(refund.asked_at, "refund", title, refund.reason, url, str(refund.by or ""), money=True)
    for dispute in payment.disputes.all():
        words = {"money": written(dispute.money), "state": dispute.get_state_display(), "by": day(dispute.answer_by)}
        title = _("Disputed by the payer’s bank: %(money)s (%(state)s)") % words
        detail = (
            _("To be answered by %(by)s") % words if dispute.state == "open" and dispute.answer_by else dispute.reason
        )
        yield Event(dispute.opened_at, "dispute", title, detail, url, money=True)
        if dispute.closed_at:
            yield Event(
                dispute.closed_at, "dispute", _("The dispute was closed: %(state)s") % words, "", url, money=True
            )


def _letters(account: Account) -> Iterator[Event]:
    sent = Letter.objects.filter(to=account.email).defer("text", "html", "attachments")
    for letter in sent.order_by("-pk")[:MOST_LETTERS]:
        title = _("A code (sealed)") if letter.sealed else letter.subject or letter.kind
        url = reverse("mailbox:inspect", args=(letter.pk,))
        yield Event(letter.written_at, "letter", title, letter.get_state_display(), url, money=True)


def _deeds(account: Account) -> Iterator[Event]:
    kind = ContentType.objects.get_for_model(Account)
    deeds = ModelLogEntry.objects.filter(content_type=kind, object_id=str(account.pk), action__startswith="members.")
    for deed in deeds.select_related("user"):
        said: Any = deed.message
        yield Event(deed.timestamp, "deed", str(said), by=str(deed.user or ""), money=True)
