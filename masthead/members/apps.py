"""The members app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """Tiers, memberships, grants, gifts."""

    name = "masthead.members"
    label = "members"
    verbose_name = _("Members")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what readers pay for here."""
        from masthead.members import joining, personal, supporting
        from masthead.payments import purposes

        purposes.register(joining.MEMBERSHIP, supporting.Memberships())
        purposes.register(joining.CONTRIBUTION, supporting.Contributions())
        purposes.register(joining.GIFT, supporting.Gifts())
        personal.register()
