"""Addresses of a member's own pages, under their language's prefix."""

from __future__ import annotations

from django.urls import path

from masthead.members.own import pages

urlpatterns = [
    path("account/membership/<uuid:uuid>/change/", pages.change, name="own_membership_change"),
    path("account/membership/<uuid:uuid>/card/", pages.card, name="own_membership_card"),
    path("account/membership/<uuid:uuid>/card/done/", pages.card_done, name="own_membership_card_done"),
    path("account/membership/<uuid:uuid>/pause/", pages.pause, name="own_membership_pause"),
    path("account/membership/<uuid:uuid>/resume/", pages.resume, name="own_membership_resume"),
    path("account/membership/<uuid:uuid>/cancel/", pages.cancel, name="own_membership_cancel"),
    path("account/membership/<uuid:uuid>/keep/", pages.keep, name="own_membership_keep"),
    path("account/membership/<uuid:uuid>/left/", pages.left, name="own_membership_left"),
    path("account/membership/<uuid:uuid>/payment/", pages.failing_payment, name="own_membership_failing"),
]
