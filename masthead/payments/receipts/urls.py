"""Where a reader finds receipts, under their language's prefix."""

from __future__ import annotations

from django.urls import path

from masthead.payments.receipts import views

urlpatterns = [
    path("account/receipts/<uuid:uuid>/", views.receipt, name="receipt"),
    path("account/receipts/<uuid:uuid>/pdf/", views.receipt_pdf, name="receipt_pdf"),
]
