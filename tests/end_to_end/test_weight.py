"""What an article weighs, by the browser's own count, and whom it asks: nobody but the newsroom."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.end_to_end.browsing import Visitor
from tests.end_to_end.paper import Paper

pytestmark = pytest.mark.browser

ONE_WINDOW = 14_600  # bytes that a server may send before the first acknowledgement
SCRIPT = 8 * 1024  # bytes
PLAYER = "https://www.youtube-nocookie.com"


class Scales:
    """Bytes that came over the wire, by the kind of what they were."""

    def __init__(self, visitor: Visitor) -> None:
        self.kinds: dict[str, str] = {}
        self.bytes: Counter[str] = Counter()
        session = visitor.context.new_cdp_session(visitor.page)
        session.on("Network.responseReceived", self._begun)
        session.on("Network.loadingFinished", self._done)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _begun(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def _done(self, event: dict[str, Any]) -> None:
        self.bytes[self.kinds.get(event["requestId"], "unknown")] += int(event["encodedDataLength"])


@pytest.mark.parametrize("kind", ["article", "plain article"])
def test_an_article_fits_into_one_window_with_its_style_and_hardly_any_script(
    kind: str, paper: Paper, reader: Visitor
) -> None:
    scales = Scales(reader)
    answer = reader.goto(paper.url(kind))
    reader.page.wait_for_load_state("networkidle")

    assert answer.headers["content-encoding"] in {"br", "zstd"}
    assert 0 < scales.bytes["Document"] <= ONE_WINDOW
    assert scales.bytes["Script"] <= SCRIPT
    # The style that draws the page is in it; print's own may come later.
    expect(reader.page.locator("style")).to_have_count(1)
    sheets = reader.page.locator("link[rel=stylesheet]")
    assert all(media == "print" for media in sheets.evaluate_all("links => links.map(link => link.media)"))


@pytest.mark.parametrize("kind", ["home", "section", "article", "brief", "news feed", "search with results"])
def test_no_page_asks_another_host(kind: str, paper: Paper, reader: Visitor) -> None:
    reader.goto(paper.url(kind))
    reader.page.wait_for_load_state("networkidle")
    assert {urlsplit(url).netloc for url in reader.asked} == {urlsplit(paper.url()).netloc}
    assert reader.context.cookies() == []


def test_a_player_is_asked_after_a_click_and_only_its_own_host(paper: Paper, reader: Visitor) -> None:
    def play(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>Player</title><p>Playing</p>")

    own = urlsplit(paper.url()).netloc
    # No test goes out: whatever leaves the newsroom is answered here, and written down all the same.
    reader.context.route(lambda url: urlsplit(url).netloc != own, play)
    reader.goto(paper.url("article"))
    reader.page.wait_for_load_state("networkidle")
    assert {urlsplit(url).netloc for url in reader.asked} == {own}

    reader.page.get_by_role("button", name="Load from YouTube").click()
    expect(reader.page.frame_locator("iframe").get_by_text("Playing")).to_be_visible()
    elsewhere = [url for url in reader.asked if urlsplit(url).netloc != own]
    assert elsewhere == [f"{PLAYER}/embed/abcdefghijk"]
