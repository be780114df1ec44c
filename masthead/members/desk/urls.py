"""Addresses below /desk/members/."""

from __future__ import annotations

from django.urls import path

from masthead.members.desk import decisions, people, person, reasons, support, transfers

app_name = "desk_members"

urlpatterns = [
    path("", people.Roll.as_view(), name="index"),
    path("results/", people.Roll.as_view(results_only=True), name="results"),
    path("export/", people.Export.as_view(), name="export"),
    path("support/", support.Support.as_view(), name="support"),
    path("reasons/", reasons.Reasons.as_view(), name="reasons"),
    path("reasons/<str:kind>/<uuid:uuid>/<str:verb>/", reasons.Publish.as_view(), name="reason"),
    path("transfers/", transfers.Transfers.as_view(), name="transfers"),
    path("transfers/<uuid:uuid>/", transfers.NoteTransfer.as_view(), name="transfer"),
    path("<int:pk>/", person.Person.as_view(), name="person"),
    path("<int:pk>/comp/", decisions.GiveComp.as_view(), name="comp"),
    path("<int:pk>/address/", decisions.CorrectAddress.as_view(), name="address"),
    path("memberships/<uuid:uuid>/end/", decisions.EndNow.as_view(), name="end"),
    path("memberships/<uuid:uuid>/end-with-period/", decisions.EndAtPeriod.as_view(), name="end_at_period"),
    path("memberships/<uuid:uuid>/resume/", decisions.Resume.as_view(), name="resume"),
    path("access/<int:pk>/end/", decisions.EndAccess.as_view(), name="end_access"),
    path("payments/<uuid:uuid>/refund/", decisions.GiveBack.as_view(), name="refund"),
    path("documents/<uuid:uuid>/send/", decisions.SendAgain.as_view(), name="send_again"),
]
