"""Rows of money to be read at the desk: payments, the ledger, providers' notices, reconciliations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log
from wagtail.permissions import register_permission_policy

from masthead.lib.reading_only import ReadOnlyPolicy
from masthead.members.desk import history, rights, roll
from masthead.members.models import AccessGrant
from masthead.payments.actions import work_through
from masthead.payments.models import Dispute, Entry, Notice, Payment, Reconciliation
from masthead.payments.models.payments import FAILED

for _model in (Payment, Entry, Notice, Reconciliation):
    register_permission_policy(_model, ReadOnlyPolicy(_model))


class Reading(ModelViewSet):
    """A list of rows and a page for each; nothing is changed here."""

    add_to_reference_index = False
    add_to_admin_menu = False
    copy_view_enabled = False
    inspect_view_enabled = True
    list_per_page = 50

    def title(self, name: str, label: Any, accessor: Any, **more: Any) -> TitleColumn:
        """The column that leads to the row's page."""

        def address(row: Any) -> str:
            return reverse(self.get_url_name("inspect"), args=(row.pk,))

        return TitleColumn(name, label=label, accessor=accessor, get_url=address, **more)


def money_of(row: Any) -> str:
    """An amount with its currency."""
    return history.written(row.money)


class PaymentsIndex(IndexView):
    """Payments with their payers; open disputes stand above them, the most urgent first."""

    results_template_name = "members/desk/payments_results.html"

    def get_base_queryset(self) -> QuerySet[Payment]:
        """With the orders they belong to."""
        return super().get_base_queryset().select_related("order__account")

    def search_queryset(self, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        """By payer, what was paid for, the provider's name, the card's last digits, or a receipt's number."""
        typed = self.search_query
        if not typed:
            return queryset
        if number := roll.RECEIPT.match(typed):
            return queryset.filter(
                documents__series__name=number[1].upper(), documents__number=int(number[2])
            ).distinct()
        if roll.FOUR_DIGITS.match(typed):
            return queryset.filter(card_last4=typed)
        said = Q(order__email__icontains=typed) | Q(order__name__icontains=typed) | Q(order__title__icontains=typed)
        return queryset.filter(said | Q(ref=typed) | Q(order__account__email__icontains=typed))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the disputes to be answered."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        disputes = Dispute.objects.filter(state=Dispute.OPEN).select_related("payment__order")
        return {**context, "disputes": list(disputes.order_by("answer_by")[:20]), "now": timezone.now()}


class PaymentPage(InspectView):
    """One payment with its steps and what came of it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Everything that belongs to it, and what may be done."""
        payment: Payment = self.object
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            payment=payment,
            order=payment.order,
            steps=list(payment.steps.all()),
            refunds=list(payment.refunds.select_related("by")),
            disputes=list(payment.disputes.order_by("opened_at")),
            entries=list(payment.entries.order_by("at")),
            papers=list(payment.documents.select_related("series")),
            grants=list(AccessGrant.objects.filter(source=f"payment:{payment.uuid}").select_related("revocation")),
            may=rights.may(rights.who(self.request)),
        )
        return context


class PaymentViewSet(Reading):
    """All payments."""

    model = Payment
    name = "desk_payments"
    url_prefix = "payments"
    icon = "form"
    menu_label = gettext_lazy("Payments")
    index_view_class = PaymentsIndex
    inspect_view_class = PaymentPage
    inspect_template_name = "members/desk/payment.html"
    form_fields = ["state"]
    list_filter = {"state": ["exact"], "gateway": ["exact"], "currency": ["exact"], "created_at": ["gte", "lte"]}
    search_fields = ["order__email"]
    ordering = ["-created_at"]

    @property
    def list_display(self) -> list[Column]:
        """How much, for what, whose, and what became of it."""
        return [
            self.title("amount", gettext_lazy("Amount"), money_of),
            Column("order", label=gettext_lazy("For"), accessor="order.title"),
            Column("payer", label=gettext_lazy("Payer"), accessor=_payer),
            Column("get_state_display", label=gettext_lazy("State"), sort_key="state"),
            Column("failure_code", label=gettext_lazy("Why it failed")),
            Column("created_at", label=gettext_lazy("Begun"), accessor=_begun, sort_key="created_at"),
            Column("next_attempt_at", label=gettext_lazy("Tried again"), accessor=_again, sort_key="next_attempt_at"),
        ]


def _begun(payment: Payment) -> str:
    return history.day(payment.created_at)


def _again(payment: Payment) -> str:
    return history.day(payment.next_attempt_at) if payment.state == FAILED else ""


def _payer(payment: Payment) -> str:
    order = payment.order
    return (order.account.email if order.account else order.email) or order.name


class EntryViewSet(Reading):
    """The ledger."""

    model = Entry
    name = "desk_ledger"
    url_prefix = "ledger"
    icon = "list-ul"
    menu_label = gettext_lazy("Ledger")
    form_fields = ["kind"]
    inspect_view_fields = ["kind", "amount", "fee", "currency", "at", "noted_at", "gateway", "ref", "payment"]
    list_filter = {"kind": ["exact"], "gateway": ["exact"], "currency": ["exact"], "at": ["gte", "lte"]}
    search_fields = ["ref", "payment__ref"]
    ordering = ["-at"]

    @property
    def list_display(self) -> list[Column]:
        """As the provider's books have it."""
        return [
            self.title("kind", gettext_lazy("Line"), "get_kind_display"),
            Column("amount", label=gettext_lazy("Amount"), accessor=money_of, sort_key="amount"),
            Column("fee", label=gettext_lazy("Fee"), accessor=_fee),
            DateColumn("at", label=gettext_lazy("When"), sort_key="at"),
            Column("gateway", label=gettext_lazy("Provider")),
            Column("ref", label=gettext_lazy("Line in the provider's books")),
        ]


def _fee(entry: Entry) -> str:
    return history.written(type(entry.money)(entry.fee, entry.currency)) if entry.fee else ""


class NoticePage(InspectView):
    """One notice, and a button to process it again."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether this person may."""
        may = self.request.user.has_perm(rights.PROCESS_NOTICES)
        return super().get_context_data(may_process=may, notice=self.object, **kwargs)


class ProcessAgain(rights.Restricted, View):
    """Work through a notice once more: how things stand is asked again, so it can be done at any time."""

    permission = rights.PROCESS_NOTICES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put it back among those that wait, and work through them."""
        notice = get_object_or_404(Notice, pk=pk)
        Notice.objects.filter(pk=pk).update(processed_at=None, not_before=timezone.now(), outcome="")
        work_through()
        notice.refresh_from_db()
        outcome = notice.outcome or _("waits for its turn")
        log(instance=notice, action="members.notice", user=rights.who(request), data={"outcome": outcome})
        say = messages.success if notice.processed_at else messages.warning
        say(request, _("Processed again: %(outcome)s") % {"outcome": outcome})
        return redirect("desk_notices:inspect", pk)


class NoticeViewSet(Reading):
    """What providers told us."""

    model = Notice
    name = "desk_notices"
    url_prefix = "notices"
    icon = "comment"
    menu_label = gettext_lazy("Notices")
    inspect_view_class = NoticePage
    inspect_template_name = "members/desk/notice.html"
    form_fields = ["kind"]
    list_filter = {"gateway": ["exact"], "received_at": ["gte", "lte"], "processed_at": ["isnull"]}
    search_fields = ["ref", "kind", "about", "outcome"]
    ordering = ["-received_at"]

    @property
    def list_display(self) -> list[Column]:
        """What, about what, and what came of it."""
        return [
            self.title("kind", gettext_lazy("Notice"), "kind"),
            Column("about", label=gettext_lazy("About")),
            Column("outcome", label=gettext_lazy("Outcome"), accessor=_outcome),
            DateColumn("received_at", label=gettext_lazy("Received"), sort_key="received_at"),
            DateColumn("processed_at", label=gettext_lazy("Processed"), sort_key="processed_at"),
        ]

    def get_urlpatterns(self) -> list[URLPattern]:
        """Wagtail's, and the button's."""
        return [*super().get_urlpatterns(), path("<int:pk>/again/", ProcessAgain.as_view(), name="again")]


def _outcome(notice: Notice) -> str:
    return notice.outcome or (_("waits for its turn") if notice.processed_at is None else "")


class ReconciliationViewSet(Reading):
    """Each time the books were laid beside each other."""

    model = Reconciliation
    name = "desk_reconciliations"
    url_prefix = "reconciliations"
    icon = "check"
    menu_label = gettext_lazy("Reconciliations")
    form_fields = ["gateway"]
    list_filter = {"gateway": ["exact"], "started_at": ["gte", "lte"]}
    search_fields = ["gateway"]
    ordering = ["-started_at"]

    @property
    def list_display(self) -> list[Column]:
        """When, and whether they agreed."""
        return [
            self.title("started_at", gettext_lazy("Begun"), "__str__", sort_key="started_at"),
            Column("differences", label=gettext_lazy("Outcome"), accessor=_agreed),
            Column("lines", label=gettext_lazy("Lines compared")),
            Column("mended", label=gettext_lazy("Found again")),
            DateColumn("finished_at", label=gettext_lazy("Finished")),
        ]


def _agreed(row: Reconciliation) -> str:
    if row.finished_at is None:
        return _("never came to its end")
    if row.differences or row.theirs != row.ours:
        return _("the books differ on %(count)d lines") % {"count": row.differences}
    return _("the books agree")
