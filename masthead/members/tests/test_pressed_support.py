"""The pages of support are pressed: the same for everybody, new as soon as the offer is."""

from __future__ import annotations

import pytest
from django.test import Client

from masthead.accounts.tests import factories as accounts
from masthead.articles.tests import factories as paper
from masthead.members.tests import factories as make
from masthead.members.tests.asking import page, till
from masthead.payments.tests.till import Till
from masthead.press.models import Order as PressOrder
from masthead.press.render import render

__all__ = ["till"]
pytestmark = pytest.mark.django_db
FORMS = ["/support/", "/support/once/", "/support/gift/", "/support/gift/many/"]


@pytest.mark.parametrize("path", FORMS)
def test_a_page_with_a_form_may_be_pressed_and_is_the_same_for_everybody(path: str, till: Till, client: Client) -> None:
    paper.newsroom()
    make.tier("Friend")
    rendered = render(path)
    assert rendered.pressable
    assert rendered.tags is not None
    assert "support" in rendered.tags
    assert b"csrfmiddlewaretoken" not in rendered.body
    assert rendered.vary_query >= {"in"}
    client.force_login(accounts.account(email="olena@mail.example"))
    assert "olena@mail.example" not in page(client.get(path))


@pytest.mark.parametrize("path", ["/gift/", "/support/who/", "/support/back/2f0a3f6e-0000-4000-8000-000000000000/"])
def test_what_is_one_persons_is_never_pressed(path: str) -> None:
    paper.newsroom()
    assert not render(path).pressable


def changed() -> int:
    return PressOrder.objects.filter(kind=PressOrder.Kind.HARD, target="support").count()


def test_every_change_of_the_offer_makes_the_pages_new(till: Till) -> None:
    tier = make.tier("Friend")
    price = tier.prices.first()
    for act in (make.offer, tier.save, price.save, tier.words.first().save, price.delete):
        before = changed()
        act()
        assert changed() > before, act


@pytest.mark.parametrize("path", ["/", "/support/", "/archive/"])
def test_every_page_leads_to_a_membership_and_a_gift(path: str, client: Client) -> None:
    paper.newsroom()
    paper.home()
    html = page(client.get(path))
    assert 'href="/support/">Become a member</a>' in html
    assert 'href="/support/gift/">Gift membership</a>' in html


def test_search_engines_are_told_of_the_page(till: Till, client: Client) -> None:
    paper.newsroom()
    html = page(client.get("/support/?in=EUR"))
    assert "<title>Become a member – " in html
    assert '/support/">' in html[html.index('rel="canonical"') :][:120]
    assert 'content="noindex"' not in html
