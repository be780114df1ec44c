"""Comps: access the newsroom gives away, to a source, a school, a colleague."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.members.models.access import AccessGrant


class Comp(models.Model):
    """Who gave it and why; the time itself is its grant."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    grant = models.OneToOneField(AccessGrant, on_delete=models.PROTECT, related_name="comp")
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("complimentary membership")
        verbose_name_plural = _("complimentary memberships")

    def __str__(self) -> str:
        return self.reason
