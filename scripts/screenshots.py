"""Take the docs' pictures anew from a fresh demo newsroom: light, dark, phone, the desk, the first run.

Needs chromium, which scripts/services brings. Writes docs/pictures/*.png, each small enough for a poor line.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from masthead.config.tests.newsroom import Newsroom, until  # noqa: E402 (the repository's own, found just now)

PICTURES = REPOSITORY / "docs" / "pictures"
LARGEST = 250 * 1024  # bytes
PATIENCE = 300.0  # seconds the demo may take to be written
DESK = {"width": 1280, "height": 960}
PHONE = {"width": 390, "height": 844}


def save(page: Page, name: str) -> None:
    """Write what the window shows, with as many colours as the size allows."""
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        written = io.BytesIO()
        few = picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(written, "PNG", optimize=True)
        if written.tell() <= LARGEST:
            break
    (PICTURES / f"{name}.png").write_bytes(written.getvalue())
    print(f"  {name}.png  {written.tell() // 1024} KiB, {colours} colours")


def window(browser: Browser, size: dict[str, int], **settings: Any) -> Page:
    """A new reader's window."""
    return browser.new_context(viewport=size, locale="en-GB", reduced_motion="reduce", **settings).new_page()


def pages(browser: Browser, origin: str) -> None:
    """The front and a story as readers see them."""
    looks = (("", DESK, "light"), ("-dark", DESK, "dark"), ("-phone", PHONE, "light"))
    for suffix, size, scheme in looks:
        page = window(browser, size, color_scheme=scheme)
        page.goto(f"{origin}/")
        save(page, f"front{suffix}")
        page.locator("main .lead h2 a").first.click()
        page.wait_for_url("**/*-*/")
        save(page, f"article{suffix}")
        page.context.close()
    page = window(browser, DESK)
    page.goto(f"{origin}/uk/")
    save(page, "front-uk")
    page.context.close()


def desk(browser: Browser, newsroom: Newsroom, origin: str) -> None:
    """The desk's first page and a story in its editor, as an editor sees them."""
    words = newsroom.said().split()
    editor = next(number for number, word in enumerate(words) if word.startswith("editor@"))
    page = window(browser, DESK)
    page.goto(f"{origin}/desk/")
    page.locator("input[name=login]").fill(words[editor])
    page.locator("input[name=password]").fill(words[words.index("password", editor) + 1])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/desk/")
    save(page, "desk")
    page.goto(f"{origin}/")
    page.locator("main .lead h2 a").first.click()
    page.wait_for_url("**/*-*/")
    page.locator("a[href*='/desk/pages/']").first.click()
    page.wait_for_url("**/edit/")
    save(page, "desk-editor")
    page.context.close()


def first_run(browser: Browser, newsroom: Newsroom, origin: str) -> None:
    """What founds an empty newsroom."""
    link = next(word for word in newsroom.said().split() if "/welcome/" in word)
    page = window(browser, {"width": 1280, "height": 1240})
    page.goto(origin + "/welcome/" + link.partition("/welcome/")[2])
    save(page, "first-run")
    page.context.close()


def main() -> int:
    """Run two newsrooms and visit them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("chromium is missing: scripts/services names the command that brings it", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--font-render-hinting=none"]
        )
        for demo in ("1", "0"):
            newsroom = Newsroom(Path(folder) / demo, Path(folder) / f"{demo}.log", MASTHEAD_DEMO=demo)
            try:
                if not until(lambda running=newsroom: "stop with" in running.said(), PATIENCE):
                    print(newsroom.said(), file=sys.stderr)
                    return 1
                origin = f"http://127.0.0.1:{newsroom.port}"
                if demo == "1":
                    pages(browser, origin)
                    desk(browser, newsroom, origin)
                else:
                    first_run(browser, newsroom, origin)
            finally:
                newsroom.stop()
                newsroom.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
