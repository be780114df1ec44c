from __future__ import annotations

from django.urls import URLPattern, path

from masthead.fronts.views import welcome

urlpatterns: list[URLPattern] = [
    path("welcome/<str:token>/", welcome.begin, name="welcome"),
]
