"""The dashboard's pages in a browser: as files that its tests wrote (NEXUS_PAGES), and of a running rail (NEXUS_LIVE)."""
import functools
import http.server
import os
import threading
from pathlib import Path

import pytest

PAGES = os.environ.get("NEXUS_PAGES")
LIVE, TOKEN, TRUST = (os.environ.get(name) for name in ("NEXUS_LIVE", "NEXUS_LIVE_TOKEN", "NEXUS_LIVE_TRUST"))
NAMES = ["overview", "clauses", "clause", "job", "nodes", "log", "governance", "evidence"]
needs_pages = pytest.mark.skipif(not PAGES, reason="NEXUS_PAGES names no folder of pages")
needs_rail = pytest.mark.skipif(not LIVE, reason="NEXUS_LIVE names no rail")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A page is asked for by its name alone, as from the rail; changes are not told here."""

    def do_GET(self):
        if self.path == "/v1/events":
            return self.send_error(404)
        if "." not in self.path:
            self.path = f"/{self.path.strip('/') or 'overview'}.html"
        return super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def site():
    handler = functools.partial(Quiet, directory=PAGES)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def opened(browser, mode, width=1280):
    context = browser.new_context(color_scheme=mode, viewport={"width": width, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    return page


@needs_pages
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_page(browser, site, name, mode, shot, assert_contrast):
    page = opened(browser, mode)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/{name}")
    assert page.locator("h1").count() == 1
    assert page.locator("nav a[aria-current=page]").count() == 1
    assert all(url.startswith(site) or url.startswith("data:") for url in asked)
    assert page.faults == []
    assert_contrast(page)
    shot(page, f"dashboard-{name}-{mode}")
    page.context.close()


@needs_pages
@pytest.mark.parametrize("name", NAMES)
def test_phone_width(browser, site, name, shot):
    page = opened(browser, "light", width=360)
    page.goto(f"{site}/{name}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, f"dashboard-{name}-phone")
    page.context.close()


@needs_pages
def test_by_keyboard(browser, site):
    page = opened(browser, "light")
    page.goto(f"{site}/overview")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href') ?? document.activeElement.tagName"))
    assert reached[0] == "#main"
    assert [place for place in reached if place in ("/clauses", "/nodes", "/log", "/governance", "/evidence")] == \
        ["/clauses", "/nodes", "/log", "/governance", "/evidence"]
    page.context.close()


@needs_rail
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_person_follows_a_season_to_its_certificate(browser, mode, shot, tmp_path, assert_contrast):
    page = opened(browser, mode)
    page.goto(LIVE)
    if TOKEN:
        page.fill("#token", TOKEN)
        page.click("button")
        page.wait_for_selector("#tiles")
    shot(page, f"live-overview-{mode}")
    assert_contrast(page)
    page.click("nav a[href='/clauses']")
    page.click("#clauses a")
    assert page.locator(".chart circle").count() == 61
    assert page.locator(".chart .threshold").count() == 2
    assert_contrast(page)
    shot(page, f"live-clause-{mode}")
    page.locator(".chart a", has=page.locator(".TRIGGER")).first.click()
    page.wait_for_selector(".timeline")
    assert page.locator(".signal").inner_text() == "TRIGGER"
    assert_contrast(page)
    shot(page, f"live-job-{mode}")
    with page.expect_download() as download:
        page.click("a[download]")
    pack = tmp_path / "season.aep.json"
    download.value.save_as(pack)
    page.goto(LIVE.rstrip("/") + "/verify")
    page.set_input_files("#trust-file", TRUST)
    page.set_input_files("#pack-file", pack)
    page.wait_for_selector("body[data-verdict=accept]")
    text = pack.read_bytes()
    tampered = tmp_path / "tampered.aep.json"
    at = text.index(b'"quorum":"') + 40
    tampered.write_bytes(text[:at] + (b"A" if text[at:at + 1] != b"A" else b"B") + text[at + 1:])
    page.set_input_files("#pack-file", tampered)
    page.wait_for_selector("body[data-verdict=reject]")
    assert "evidence.pack-damaged" in page.locator(".checks li.failed").inner_text()
    for name in ("nodes", "log", "governance", "evidence"):
        page.goto(f"{LIVE.rstrip('/')}/{name}")
        assert page.locator("h1").count() == 1
        assert_contrast(page)
        shot(page, f"live-{name}-{mode}")
    assert page.faults == []
    page.context.close()
