"""A real browser for the pages: Debian's Chromium, driven by Playwright. Without either the tests say so and skip."""
import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SHOTS = Path(os.environ.get("NEXUS_SCREENSHOTS", ROOT / ".build-logs" / "screenshots"))

# The contrast of every piece of visible text against what lies under it (WCAG 2.2, success criterion 1.4.3).
CONTRAST = """() => {
  const parse = (text) => { const parts = text.match(/[\\d.]+/g).map(Number); return [...parts.slice(0, 3), parts[3] ?? 1]; };
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92
    : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const under = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const faults = [];
  let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest("script, style, .skip")) continue;
    const style = getComputedStyle(element);
    const isSvg = element.ownerSVGElement;
    const front = parse(isSvg ? style.fill : style.color);
    const [a, b] = [light(front), light(under(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    seen++;
    if (ratio < (large ? 3 : 4.5)) faults.push(`${ratio.toFixed(2)}: ${node.data.trim().slice(0, 40)}`);
  }
  return { seen, faults };
}"""


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def shot():
    """Keeps a picture of a page as output of the run, never in the repository."""
    def take(page, name):
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    return take


@pytest.fixture
def assert_contrast():
    def check(page, least=6):
        found = page.evaluate(CONTRAST)
        assert found["seen"] >= least
        assert found["faults"] == []
    return check
