"""What readers can choose from, edited at the desk; a saved tier has /support/ pressed anew."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import SnippetViewSet

from masthead.members.models import Tier


class TierViewSet(SnippetViewSet):
    """Tiers with their words and prices."""

    model = Tier
    icon = "order"
    menu_label = gettext_lazy("Tiers and prices")
    copy_view_enabled = False
    add_to_admin_menu = False
    ordering = ["position", "pk"]

    @property
    def list_display(self) -> list[str | Column]:
        """Name, price, and whether readers see it."""
        return [
            "name",
            Column("prices", label=gettext_lazy("Prices"), accessor=_prices),
            BooleanColumn("is_offered", label=gettext_lazy("Readers can choose it")),
            BooleanColumn("is_recommended", label=gettext_lazy("Chosen beforehand")),
            Column("position", label=gettext_lazy("Place in the list"), sort_key="position"),
        ]


def _prices(tier: Tier) -> str:
    return ", ".join(str(price) for price in tier.prices.all())
