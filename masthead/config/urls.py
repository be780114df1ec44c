"""Every address of the site. Readers' pages come last and carry their language as a prefix, except the first one's."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from masthead.config.views import healthz

handler404 = "masthead.fronts.views.errors.not_found"
handler500 = "masthead.fronts.views.errors.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("masthead.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("desk/", include(wagtailadmin_urls)),
    path("files/", include(wagtaildocs_urls)),
    path("", include("masthead.fronts.machine_urls")),
    *i18n_patterns(
        path("", include("masthead.accounts.reader_urls")),
        path("", include("masthead.payments.receipts.urls")),
        path("", include("masthead.members.own.urls")),
        path("", include("masthead.members.urls")),
        path("", include("masthead.payments.urls")),
        path("", include("masthead.fronts.urls")),
        prefix_default_language=False,
    ),
]
