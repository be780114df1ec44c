"""Cards: the addresses of printable gift cards. Who has the link has the gift, so each is signed and told to nobody."""

from __future__ import annotations

from uuid import UUID

from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from masthead.members.models import Gift
from masthead.payments.models import Order

_ONE, _ALL = "members.cards.one", "members.cards.all"


def card_path(gift: Gift) -> str:
    """Where one gift's card is printed."""
    return f"{reverse('members:card', args=[gift.uuid])}?k={_signature(_ONE, gift.uuid)}"


def cards_path(order: Order) -> str:
    """Where all cards of an order are printed, one a page."""
    return f"{reverse('members:cards', args=[order.uuid])}?k={_signature(_ALL, order.uuid)}"


def _signature(salt: str, number: UUID) -> str:
    return Signer(salt=salt).signature(str(number))


def may_print(gift: UUID, signature: str) -> bool:
    """Whether the signature belongs to this gift."""
    return _holds(_ONE, gift, signature)


def may_print_all(order: UUID, signature: str) -> bool:
    """Whether the signature belongs to this order."""
    return _holds(_ALL, order, signature)


def _holds(salt: str, number: UUID, signature: str) -> bool:
    return constant_time_compare(_signature(salt, number), signature)
