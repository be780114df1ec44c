"""The press at the desk: every run with its reason, duration, bytes and outcome; to be read, never to be changed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from masthead.lib.reading_only import ReadOnlyPolicy
from masthead.press.models import Run

register_permission_policy(Run, ReadOnlyPolicy(Run))


class RunViewSet(ModelViewSet):
    """The press log."""

    model = Run
    name = "press_log"
    url_prefix = "press-log"
    icon = "history"
    menu_label = _("Press log")
    menu_order = 800
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    form_fields = ["path"]
    list_display = ["path", "outcome", "reason", "milliseconds", "bytes", "at"]
    list_filter = {"outcome": ["exact"], "at": ["gte", "lte"]}
    search_fields = ["path", "reason"]
    ordering = ["-at"]
    list_per_page = 50


@hooks.register("register_admin_viewset")
def press_log() -> RunViewSet:
    """In the desk's menu, for those who may see it."""
    return RunViewSet()
