"""The letter that brings a receipt or a credit note, once."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from masthead.mail.actions import Attachment, CannotWrite, Priority, is_to_nobody, write
from masthead.mail.writing import plain
from masthead.payments.models import Document
from masthead.payments.receipts.pdf import pdf

log = logging.getLogger(__name__)

# A document for money that went this long ago (an archive taken over, a forgotten line of the books) is no news.
NEWS = timedelta(days=60)


def address_of(document: Document) -> str:
    """Where its payer gets mail now; empty for an erased payer."""
    order = document.payment.order
    address = order.account.email if order.account else order.email
    return "" if address.endswith(".invalid") else address


def write_letter(document: Document, again: str = "") -> None:
    """Write to the payer, within the transaction that issues the document. An erased payer is written nothing.

    Whoever asks for it once more names that `again`, so that it isn't written for the same asking twice.
    """
    if is_to_nobody():
        return
    order, address = document.payment.order, address_of(document)
    at = document.payment.paid_at if document.kind == Document.RECEIPT else document.issued_at
    if not address or (not again and at and at < timezone.now() - NEWS):
        return
    name = plain(order.name)
    with translation.override(document.language):
        context = {
            "document": document,
            "payment": document.payment,
            "said": document.said,
            "name": name,
            "document_url": settings.BASE_URL + reverse("receipt", args=(document.uuid,)),
        }
        try:
            write(
                f"{document.kind}:{document.uuid}" + (f":{again}" if again else ""),
                address,
                document.kind,
                context,
                document.language,
                to_name=name,
                priority=Priority.MONEY,
                attachments=[Attachment(f"{document}.pdf", "application/pdf", pdf(document))],
            )
        except CannotWrite as refused:  # an address only the provider accepts must not keep money out of the books
            log.warning("no letter for %s: %s", document, refused)
