"""What every gateway can be asked, and the words in which it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from masthead.payments.models import Order


class GatewayError(Exception):
    """The provider can't be asked at the moment, or answered nonsense. Trying again later is right."""


class Overtaken(GatewayError):  # noqa: N818 (reads as what happened)
    """Others settled the same order again and again meanwhile; what they applied is as new as what we would have."""


class Foreign(LookupError):  # noqa: N818 (reads as what it is)
    """The provider knows it, and it was never ours: another newsroom's, or somebody else's with the same account."""


class Refused(Exception):  # noqa: N818 (the provider's answer, not a fault of ours)
    """The provider said no for good; the argument says why in words for staff."""


class NotOurs(Exception):  # noqa: N818
    """A notice that can't be trusted: forged, too old, of another mode or version. The argument says which."""


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One line of the provider's books. `amount` signed and gross, `fee` what was kept of it, both in minor units."""

    ref: str
    kind: str  # as Entry.KINDS
    amount: int
    fee: int
    currency: str
    at: datetime
    about: str = ""  # a reference that `fetch` understands


@dataclass(frozen=True, slots=True)
class RefundSeen:
    """A refund as the provider knows it; `key` is our Refund's uuid if we asked for it."""

    ref: str
    amount: int
    state: str  # as Refund.STATES
    at: datetime
    reason: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class DisputeSeen:
    """A dispute as the provider knows it."""

    ref: str
    amount: int
    state: str  # as Dispute.STATES
    at: datetime
    reason: str = ""
    answer_by: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaymentSeen:
    """A payment as the provider knows it."""

    ref: str
    state: str  # as Payment.STATES, never "created"
    amount: int
    currency: str
    at: datetime  # when it came to this state
    period_start: datetime | None = None
    period_end: datetime | None = None
    failure_code: str = ""
    next_attempt_at: datetime | None = None
    attempts: int = 0
    card_brand: str = ""
    card_last4: str = ""
    lines: tuple[MoneyLine, ...] = ()
    refunds: tuple[RefundSeen, ...] = ()
    disputes: tuple[DisputeSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreementSeen:
    """An agreement to pay again and again as the provider knows it."""

    ref: str
    state: str  # as Agreement.STATES
    amount: int
    currency: str
    interval: str
    anchor: datetime
    period_start: datetime
    period_end: datetime
    cancel_at_end: bool = False
    paused_until: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = ""
    customer_ref: str = ""
    card_brand: str = ""
    card_last4: str = ""
    card_expires: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """How things stand with one order at the provider, at one moment after it was asked.

    `order` is our Order's uuid as the provider remembers it, empty if it doesn't; `elsewhere` says that it remembers
    another newsroom with it. `session` is open, completed,
    expired, or empty when nothing was learnt of it. `payments` may be
    only those that were asked about, never half of one.
    """

    order: str
    elsewhere: bool = False
    session: str = ""
    session_ref: str = ""
    email: str = ""
    name: str = ""
    agreement: AgreementSeen | None = None
    payments: tuple[PaymentSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class Started:
    """A checkout that waits for the reader: its name at the provider, and where to send the reader."""

    ref: str
    url: str


@dataclass(frozen=True, slots=True)
class NoticeSeen:
    """What a trusted notice says: its own name, the kind in the provider's words, and what to ask about."""

    ref: str
    kind: str
    about: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a gateway can do; nobody offers a reader what isn't here."""

    recurring: bool = False
    portal: bool = False
    refunds: bool = False
    defers: bool = False
    pauses: bool = False
    changes: bool = False
    notices: bool = False
    currencies: frozenset[str] = field(default_factory=frozenset)  # empty: all


class Gateway(Protocol):
    """Every call may raise GatewayError; those that change something at the provider may raise Refused.

    Each call that makes or changes something carries a key from our own rows, so that repeating it changes no more.
    """

    name: str
    capabilities: Capabilities

    def start_checkout(self, order: Order, return_url: str, cancel_url: str) -> Started:
        """Begin a hosted checkout for an order; the same order always gives the same checkout."""

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> NoticeSeen:
        """Trust a notice or raise NotOurs. Header names are lower case."""

    def fetch(self, ref: str) -> Picture:
        """Ask how things stand with what the provider's name `ref` belongs to.

        Raises LookupError if there is no such thing, Foreign if there is and it isn't ours.
        """

    def cancel(self, agreement_ref: str, *, at_end: bool, key: str) -> None:
        """End an agreement, with its period or at once."""

    def resume(self, agreement_ref: str, key: str) -> None:
        """Take back a cancellation at the period's end, or a pause."""

    def pause(self, agreement_ref: str, until: datetime | None, key: str) -> None:
        """Ask for no money until then, or until resumed."""

    def change_amount(self, agreement_ref: str, amount: int, currency: str, interval: str, key: str) -> None:
        """From the next period on, another amount or interval."""

    def defer_renewal(self, agreement_ref: str, until: datetime, key: str) -> None:
        """Ask for the next payment only then; what was paid for stays paid."""

    def refund(self, payment_ref: str, amount: int, key: str) -> None:
        """Give money back."""

    def retry(self, payment_ref: str) -> None:
        """Try a failed payment again now, with the payer's present card."""

    def expire(self, session_ref: str) -> None:
        """Close a checkout nobody should pay any more."""

    def portal_url(self, customer_ref: str, return_url: str) -> str:
        """Where the payer changes the card."""

    def list_notices(self, since: datetime) -> Iterator[NoticeSeen]:
        """Everything the provider would have told since then, oldest first."""

    def list_money(self, since: datetime | None = None) -> Iterator[MoneyLine]:
        """Every line of the provider's books since then, or all."""

    def origins(self) -> list[str]:
        """Whose pages readers are sent to, beside our own: a form may lead there."""

    def brands(self) -> list[str]:
        """The cards it accepts, by the names in templates/components/cards.html."""
