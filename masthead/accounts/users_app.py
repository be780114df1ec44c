"""Wagtail's users app with our screens; in a module of its own because it is imported before any model is."""

from __future__ import annotations

from wagtail.users.apps import WagtailUsersAppConfig


class DeskUsersConfig(WagtailUsersAppConfig):
    """As Wagtail's, but accounts are edited by `desk_users`."""

    user_viewset = "masthead.accounts.desk_users.AccountViewSet"
