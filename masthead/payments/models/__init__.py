"""Rows of money. Amounts are whole numbers of the currency's minor unit; times are UTC."""

from masthead.payments.models.agreements import Agreement
from masthead.payments.models.documents import Document, Series
from masthead.payments.models.issuer import Issuer
from masthead.payments.models.ledger import Entry
from masthead.payments.models.notices import Notice
from masthead.payments.models.orders import Order
from masthead.payments.models.payments import Payment, PaymentStep
from masthead.payments.models.reconciliations import Reconciliation
from masthead.payments.models.returns import Dispute, Refund
from masthead.payments.models.transfers import Transfer

__all__ = [
    "Agreement",
    "Dispute",
    "Document",
    "Entry",
    "Issuer",
    "Notice",
    "Order",
    "Payment",
    "PaymentStep",
    "Reconciliation",
    "Refund",
    "Series",
    "Transfer",
]
