"""Addresses of readers' pages of support, under their language's prefix."""

from __future__ import annotations

from django.urls import path

from masthead.members.own import leaving
from masthead.members.views import back, gifts, redeem, support
from masthead.members.wall import wall

app_name = "members"

urlpatterns = [
    path("support/", support.support, name="support"),
    path("support/once/", support.contribute, name="contribute"),
    path("support/who/", support.who, name="who"),
    path("support/gift/", gifts.give, name="gift"),
    path("support/gift/many/", gifts.give_many, name="gift_many"),
    path("support/cancel/", leaving.cancel, name="cancel"),
    path("support/cancel/<str:token>/", leaving.confirm, name="confirm_cancellation"),
    path("support/back/<uuid:number>/", back.back, name="back"),
    path("support/wall/", wall, name="wall"),
    path("support/wall/<int:number>/", wall, name="wall"),
    path("gift/", redeem.redeem, name="redeem"),
    path("gift/confirm/", redeem.confirm, name="confirm_gift"),
    path("gift/card/<uuid:number>/", gifts.card, name="card"),
    path("gift/cards/<uuid:number>/", gifts.cards_of_order, name="cards"),
]
