"""A headless Chromium that times what a user sees, by the page's own clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from bench.errors import BenchError

NAMES = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 1400, "height": 1000}
MOST_MS = 60_000
# checked before each frame: what exists then is on the screen with that frame
CLOCK = """
const marks = () => document.querySelector(
    '[data-testid=stVegaLiteChart] :is(.mark-rect, .mark-line, .mark-area) path'
)?.getAttribute('d');
const tiles = () => [...document.querySelectorAll('[data-testid=stMetricValue]')]
    .map(tile => tile.textContent);
window.done = () => document.querySelector('[data-testid=stApp]')
    ?.getAttribute('data-test-script-state') === 'notRunning';
const when = (holds, name) => {
    const look = () => holds() ? window[name] = performance.now() : requestAnimationFrame(look);
    look();
};
window.watchPaint = count => when(() => tiles().length >= count && marks(), 'painted');
window.watchChange = () => {
    const before = [marks(), tiles()[0]];
    addEventListener('pointerdown', () => window.clicked ??= performance.now(), true);
    const isNew = () => marks() && marks() !== before[0] && tiles()[0] !== before[1];
    when(() => isNew() && window.done(), 'changed');
};
"""


def chromium_path() -> str:
    """Return the path of Chromium. Raises BenchError if it is missing."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise BenchError(
            "Chromium, which opens the dashboard, is missing: apt-get install chromium"
        )
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; each page it opens belongs to a new user with an empty cache."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, url: str, tiles: int) -> Iterator[tuple[Page, float]]:
    """Open a page; return after how many ms it showed that many tiles and a chart's marks."""
    context = browser.new_context(
        viewport={"width": SIZE["width"], "height": SIZE["height"]},
        bypass_csp=True,  # waiting for a paint takes a script, which the dashboard's policy forbids
    )
    context.set_default_timeout(MOST_MS)
    try:
        context.add_init_script(f"{CLOCK} watchPaint({tiles});")
        page = context.new_page()
        page.goto(url)
        page.wait_for_function("window.painted")
        yield page, float(page.evaluate("window.painted"))
    finally:
        context.close()


def time_first_paint(page: Page) -> float:
    """Return the browser's first contentful paint of a page, in ms."""
    entry = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    return float(page.evaluate(entry))


def time_change(page: Page, clicked: Locator) -> float:
    """Click; return after how many ms the first tile and chart had changed and the run ended."""
    page.wait_for_function("window.done()")
    clicked.scroll_into_view_if_needed()
    page.evaluate("watchChange()")
    clicked.click()
    page.wait_for_function("window.changed")
    return float(page.evaluate("window.changed - window.clicked"))
