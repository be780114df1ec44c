"""SQLite's planner knows the tables it plans with."""

from __future__ import annotations

import pytest
from django.db import connection

from masthead.lib import statistics


@pytest.mark.django_db
def test_the_planner_learns_what_the_tables_hold() -> None:
    statistics.learn(connection)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM sqlite_stat1 WHERE tbl = 'wagtailcore_page'")
            assert cursor.fetchone()[0] > 0
