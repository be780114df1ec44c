"""A pressed page is a file for everybody: the desk offers no passwords that a file could not keep."""

from __future__ import annotations

import pytest
from django.urls import reverse

from masthead.accounts.tests import factories as accounts
from masthead.articles.tests import desk, factories

pytestmark = pytest.mark.django_db


def test_a_page_has_no_password_to_set() -> None:
    client = desk.sign_in(accounts.publisher())
    story = factories.story()
    answer = client.get(reverse("wagtailadmin_pages:set_privacy", args=[story.pk]))
    assert answer.status_code in {200, 403}
    assert b'value="password"' not in answer.content
    assert b'value="login"' not in answer.content
