"""Who may see and do what with members and money; roles are given these in masthead.accounts.actions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from masthead.accounts.models import Account

SEE_SUPPORTERS = "members.view_membership"  # names, tiers, since when, reasons
SEE_MONEY = "payments.view_payment"  # and mail addresses, payments, letters
LOOK_AFTER = "members.change_membership"
EXPORT = "members.export_membership"
PUBLISH_REASONS = "members.publish_reason"
GIVE_COMPS = "members.add_comp"
REVOKE = "members.add_revocation"
REFUND = "payments.add_refund"
CONFIRM_TRANSFERS = "payments.add_transfer"
SEE_LEDGER = "payments.view_entry"
SEE_NOTICES = "payments.view_notice"
PROCESS_NOTICES = "payments.change_notice"
SEE_RECONCILIATIONS = "payments.view_reconciliation"
SET_TIERS = "members.change_tier"
ALL = (
    SEE_SUPPORTERS,
    SEE_MONEY,
    LOOK_AFTER,
    EXPORT,
    PUBLISH_REASONS,
    GIVE_COMPS,
    REVOKE,
    REFUND,
    CONFIRM_TRANSFERS,
    SEE_LEDGER,
    SEE_NOTICES,
    PROCESS_NOTICES,
    SEE_RECONCILIATIONS,
)


def who(request: HttpRequest) -> Account:
    """Whose request it is. Raises PermissionDenied for nobody's."""
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


class Restricted:
    """For views: nobody comes in without this permission, and the other one if there is one."""

    permission = SEE_MONEY
    also = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Raises PermissionDenied."""
        if not request.user.has_perm(self.permission) or (self.also and not request.user.has_perm(self.also)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


def may(account: Account) -> dict[str, bool]:
    """For templates: what this person may, by the names above in small letters."""
    names = {name.lower(): value for name, value in globals().items() if name.isupper() and isinstance(value, str)}
    return {name: account.has_perm(permission) for name, permission in names.items()}
