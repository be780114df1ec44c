"""Parts many pages share: remembered while they are wanted, whatever strangers ask for."""

from __future__ import annotations

import pytest

from masthead.press import fragments
from masthead.press.fragments import shared
from masthead.press.render import request_for


def test_names_that_strangers_make_up_push_out_no_part_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part may be named by the host a request names, and any port of ours may stand behind that."""
    fragments.forget_all()
    monkeypatch.setattr(fragments, "MOST", 20)
    built: list[str] = []

    def ask(name: str) -> None:
        shared(request_for("/story/"), name, ["newsroom"], lambda: built.append(name))

    for port in range(100):
        ask("menu")
        ask(f"site of news.example:{port}")
    assert built.count("menu") == 1
    assert len(fragments._parts) == 20
    fragments.forget_all()
