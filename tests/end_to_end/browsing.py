"""A browser of somebody: a context of its own whose complaints are written down and must be none at the end."""

from __future__ import annotations

import shutil
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Response

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
PATIENCE = 15_000  # milliseconds; a shared machine is slow now and then


def launch(playwright: Playwright) -> Browser:
    """The machine's own chromium."""
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)


class Visitor:
    """Somebody with a browser: a reader, or one of the staff."""

    def __init__(self, browser: Browser, **settings: Any) -> None:
        self.context = browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Kyiv", **settings})
        self.context.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        self.context.on("response", self._answered)
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page: Page = self.context.new_page()

    def _said(self, message: ConsoleMessage) -> None:
        # A failed load is judged by its answer, where its address and what it was asked for are known.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"{message.type} on {self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        request = response.request
        if response.status == 400 and request.method == "POST" and "/desk/pages/" in request.url:
            return  # the desk saves drafts by itself, and waits with one whose fields aren't filled yet
        if response.status >= 400 and not request.is_navigation_request():
            self.complaints.append(f"{response.status} for {response.url}")

    def goto(self, url: str, status: int = 200) -> Response:
        """Open a page and see that it answers as it should."""
        response = self.page.goto(url)
        assert response is not None
        assert response.status == status, f"{response.status} for {url}"
        return response

    def close(self) -> None:
        """Leave; fails if the browser complained of anything on the way."""
        self.context.close()
        assert not self.complaints, "; ".join(self.complaints)
