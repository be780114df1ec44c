"""The supporters' wall: only who agreed, only what editors published, gone at once when somebody withdraws."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from masthead.members import wall
from masthead.members.models import Membership
from masthead.members.tests import factories, supporters
from masthead.press.models import Order as PressOrder

pytestmark = pytest.mark.django_db
WALL = "/support/wall/"


def words(address: str = WALL) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nobody_yet() -> None:
    assert "Nobody has asked to be named here yet" in words()


def test_only_who_agreed_is_named_once_and_only_while_it_holds() -> None:
    tier, now = factories.tier("Reader"), timezone.now()
    supporters.member(tier, public_name="Nadia B.", is_public=True)
    supporters.member(tier, public_name="Hidden Hanna", is_public=False)
    supporters.member(tier, public_name="Gone Greta", is_public=True, ended=now)
    supporters.member(tier, public_name="", is_public=True)
    giver = supporters.contribution(public_name="Oleh", is_public=True)
    supporters.contribution(giver.account, public_name="Oleh", is_public=True)
    supporters.contribution(public_name="Charged Chiara", is_public=True, state="charged_back")
    page = words()
    assert "Nadia B." in page
    assert page.count("Oleh") == 1
    for name in ("Hidden Hanna", "Gone Greta", "Charged Chiara"):
        assert name not in page


def test_reasons_stand_there_only_when_published_and_harmless() -> None:
    tier = factories.tier("Reader")
    supporters.member(tier, public_name="<b>Nadia</b>", is_public=True, reason="Because <script>x</script>")
    assert "Because" not in words()
    membership = Membership.objects.get()
    membership.reason_published_at = timezone.now()
    membership.save()
    page = words()
    assert "Because &lt;script&gt;" in page
    assert "&lt;b&gt;Nadia" in page
    assert "<b>Nadia" not in page


def test_an_editor_publishes_and_takes_off(an_editor: Client) -> None:
    membership = supporters.member(public_name="Nadia", is_public=True, reason="It is ours")
    silent = supporters.member(membership.tier, reason="Tell nobody")
    listed = an_editor.get(reverse("desk_members:reasons")).content.decode()
    assert "It is ours" in listed
    assert "Tell nobody" not in listed
    everything = an_editor.get(reverse("desk_members:reasons"), {"show": "all"}).content.decode()
    assert "Tell nobody" in everything

    def press(verb: str, of: Membership = membership) -> int:
        url = reverse("desk_members:reason", args=("membership", of.uuid, verb))
        assert an_editor.get(url).status_code == 200
        return an_editor.post(url).status_code

    assert [press("publish"), press("publish")] == [302, 302]
    assert "It is ours" in words()
    assert "It is ours" in an_editor.get(reverse("desk_members:reasons"), {"show": "published"}).content.decode()
    assert press("unpublish") == 302
    assert "It is ours" not in words()
    assert press("publish", silent) == 422
    assert press("hide") == 302
    assert "Nadia" not in words()


def changes() -> list[str]:
    found = list(PressOrder.objects.filter(target="supporters").order_by("pk").values_list("kind", flat=True))
    PressOrder.objects.all().delete()
    return found


def test_the_wall_changes_when_what_is_said_changes_and_only_then() -> None:
    membership = supporters.member(public_name="Nadia", is_public=True)
    assert changes() == [PressOrder.Kind.HARD]
    fresh = Membership.objects.get()
    fresh.reason = "Not for print"
    fresh.save()
    assert changes() == []
    fresh.reason_published_at = timezone.now()
    fresh.save(update_fields=["reason_published_at"])
    assert changes() == [PressOrder.Kind.HARD]
    fresh.is_public = False
    fresh.save()
    assert changes() == [PressOrder.Kind.DROP]
    Membership.objects.filter(pk=membership.pk).update(is_public=True)
    Membership.objects.get().move_to("ended", "over", "canceled")
    assert changes() == [PressOrder.Kind.DROP]
    supporters.member(membership.tier, public_name="Nobody")
    assert changes() == []


def test_many_names_are_paged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall, "AT_ONCE", 2)
    tier, now = factories.tier("Reader"), timezone.now()
    for days, name in enumerate(("Anna", "Bohdan", "Clara")):
        supporters.member(tier, public_name=name, is_public=True, begun=now - timedelta(days=days))
    first, second = words(), words(f"{WALL}2/")
    assert "Anna" in first
    assert "Clara" not in first
    assert "Clara" in second
    assert Client().get(f"{WALL}3/").status_code == 404
    assert Client().get(f"{WALL}0/").status_code == 404
    assert Client().get(f"{WALL}1/").status_code in (301, 302, 404)
    assert "Anna" in words("/uk/support/wall/")
