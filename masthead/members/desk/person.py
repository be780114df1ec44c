"""One supporter's page: how things stand, what can be done, and everything that ever happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy

from masthead.accounts.models import Account
from masthead.members.desk import history, people, rights
from masthead.members.desk.screens import Screen
from masthead.members.models import Membership
from masthead.members.models.gifts import ends_of
from masthead.payments.models import Agreement


class Person(Screen):
    """Who it is, what they have, what was paid, and the line of time."""

    permission = rights.SEE_SUPPORTERS
    template_name = "members/desk/person.html"
    header_icon = "user"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the person. Raises Http404."""
        super().setup(request, *args, **kwargs)
        self.account = get_object_or_404(Account, pk=kwargs["pk"])

    def get_page_title(self) -> str:
        """The person's name."""
        first = Membership.objects.filter(account=self.account).exclude(public_name="").first()
        self.account.membership = first  # type: ignore[attr-defined]
        return people.shown_name(self.account)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Everything; of money only for those who may see it."""
        now, sees_money = timezone.now(), self.request.user.has_perm(rights.SEE_MONEY)
        account = self.account
        grants = list(history.grants_of(account))
        return super().get_context_data(
            account=account,
            erased=not account.is_active and account.email.endswith("@erased.invalid"),
            access_until=ends_of(account, now),
            memberships=[_membership(each) for each in history.memberships_of(account)],
            grants=[(grant, history.source_of(grant), _state_of(grant, now)) for grant in grants],
            payments=list(history.payments_of(account)) if sees_money else [],
            events=history.story_of(account, money=sees_money),
            now=now,
            **kwargs,
        )


def _membership(membership: Membership) -> dict[str, Any]:
    """A membership with what can be done about it."""
    agreement: Agreement | None = getattr(membership.order, "agreement", None)
    going = membership.is_going
    runs = agreement is not None and agreement.state != Agreement.ENDED
    return {
        "row": membership,
        "agreement": agreement,
        "can_end": going,
        "can_end_at_period": going and runs and agreement is not None and not agreement.cancel_at_end,
        "can_resume": going
        and runs
        and agreement is not None
        and (agreement.cancel_at_end or agreement.state == "paused"),
    }


def _state_of(grant: Any, now: datetime) -> Any:
    if hasattr(grant, "revocation"):
        return gettext_lazy("ended: %(reason)s") % {"reason": grant.revocation.reason}
    if grant.ends_at <= now:
        return gettext_lazy("over")
    return gettext_lazy("open now") if grant.starts_at <= now else gettext_lazy("still to come")
