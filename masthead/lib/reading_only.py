"""ReadOnlyPolicy: rows the desk shows and nobody edits, for what machines write down."""

from __future__ import annotations

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Whoever may view may look; nobody may add, change or delete."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Only looking is ever allowed."""
        return action == "view" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Wagtail asks for any of add, change, delete and view to let one into a listing."""
        return "view" in actions and self.user_has_permission(user, "view")
