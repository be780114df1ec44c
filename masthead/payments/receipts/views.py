"""A reader's own receipts and credit notes; nobody else's."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from masthead.accounts.models import Account
from masthead.accounts.views.own_place import signed_in
from masthead.payments.models import Document
from masthead.payments.models.payments import CHARGED_BACK
from masthead.payments.receipts.pdf import pdf


@signed_in
@require_safe
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The document as a page, to read and to print, with what happened to its payment since."""
    document = _theirs(request, uuid)
    notes = []
    if document.kind == Document.RECEIPT:
        notes = list(document.payment.documents.filter(kind=Document.CREDIT_NOTE).select_related("series"))
    context = {
        "title": f"{document.said['heading']} {document}",
        "document": document,
        "said": document.said,
        "notes": notes,
        "charged_back": document.payment.state == CHARGED_BACK,
        "void": sum(note.amount for note in notes) >= document.amount,
    }
    return render(request, "pages/receipt.html", context)


@signed_in
@require_safe
def receipt_pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The document as it was issued, as a PDF."""
    document = _theirs(request, uuid)
    response = HttpResponse(pdf(document), content_type="application/pdf")
    name = f"{document}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response


def _theirs(request: HttpRequest, uuid: UUID) -> Document:
    assert isinstance(request.user, Account)
    rows = Document.objects.select_related("series", "payment__order")
    return get_object_or_404(rows, Q(payment__order__account=request.user), uuid=uuid)
