"""The one address that belongs to no app."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, 503 with the reason otherwise. Pressed pages are served either way."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:  # whatever is wrong is the answer
        return JsonResponse({"status": "no database", "error": type(error).__name__}, status=503)
    return JsonResponse({"status": "ok"})
