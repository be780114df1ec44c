"""Publishers look after accounts; none of them can make, become or lock out an administrator."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from masthead.accounts.models import Account
from masthead.accounts.tests import factories
from masthead.articles.tests import desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_factor(settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False


def form_of(account: Account, *groups: Group, **more: str) -> dict[str, object]:
    return {
        "email": account.email,
        "first_name": account.first_name or "Ada",
        "last_name": account.last_name or "Holm",
        "is_active": "on",
        "groups": [group.pk for group in groups],
        **more,
    }


def test_a_publisher_changes_a_reporter_s_role() -> None:
    reporter, client = factories.reporter(), desk.sign_in(factories.publisher())
    editors = Group.objects.get(name="Editors")
    answer = client.post(reverse("wagtailusers_users:edit", args=[reporter.pk]), form_of(reporter, editors))
    assert answer.status_code == 302
    assert list(reporter.groups.all()) == [editors]


def test_nobody_is_made_an_administrator_at_the_desk() -> None:
    publisher = factories.publisher()
    reporter, client = factories.reporter(), desk.sign_in(publisher)
    groups = list(reporter.groups.all())
    client.post(reverse("wagtailusers_users:edit", args=[reporter.pk]), form_of(reporter, *groups, is_superuser="on"))
    new = {**form_of(reporter, *groups, is_superuser="on"), "email": "new@courier.example"}
    words = "a long pass phrase of ours"
    client.post(reverse("wagtailusers_users:add"), {**new, "password1": words, "password2": words})
    assert Account.objects.filter(email="new@courier.example").exists()
    assert not Account.objects.filter(is_superuser=True).exists()


def test_an_administrator_s_account_is_closed_to_publishers() -> None:
    chief, client = factories.account(is_superuser=True, is_staff=True), desk.sign_in(factories.publisher())
    url = reverse("wagtailusers_users:edit", args=[chief.pk])
    before = chief.password
    words = "a long pass phrase of ours"
    # Wagtail's desk sends who may not do something back to its front.
    assert client.get(url).status_code in {302, 403}
    assert client.post(url, form_of(chief, password1=words, password2=words)).status_code in {302, 403}
    chief.refresh_from_db()
    assert chief.password == before


def test_nobody_takes_away_her_own_role() -> None:
    publisher = factories.publisher()
    client = desk.sign_in(publisher)
    answer = client.post(reverse("wagtailusers_users:edit", args=[publisher.pk]), form_of(publisher))
    assert answer.status_code == 200
    assert "Ask another publisher" in answer.content.decode()
    assert publisher.groups.exists()


def test_readers_are_not_in_the_list_of_users_but_found() -> None:
    factories.account(email="reader@reader.example", password=None)
    factories.account(email="former@courier.example")
    client = desk.sign_in(factories.publisher())
    listed = client.get("/desk/users/").content.decode()
    assert "former@courier.example" in listed
    assert "reader@reader.example" not in listed
    assert "reader@reader.example" in client.get("/desk/users/?q=reader@reader").content.decode()
