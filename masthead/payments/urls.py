"""Addresses of money: where providers tell of changes, and the page of a bank transfer.

They are mounted under the languages' prefixes; the webhook's own address is the one without a prefix.
"""

from __future__ import annotations

from django.urls import path

from masthead.payments import views

app_name = "payments"

urlpatterns = [
    path("payments/<slug:gateway>/webhook", views.webhook, name="webhook"),
    path("support/transfer/<uuid:number>/", views.transfer, name="transfer"),
]
