"""The dashboard's pages in a browser: as files that its tests wrote (NEXUS_PAGES), and of a running rail (NEXUS_LIVE)."""
import functools
import http.server
import json
import os
import subprocess
import threading
import urllib.request
from pathlib import Path

import pytest

PAGES = os.environ.get("NEXUS_PAGES")
LIVE, TOKEN, TRUST = (os.environ.get(name) for name in ("NEXUS_LIVE", "NEXUS_LIVE_TOKEN", "NEXUS_LIVE_TRUST"))
NAMES = ["overview", "clauses", "clause", "job", "nodes", "log", "governance", "evidence", "hand-in"]
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


def signed_in(page, place=""):
    """Opens a page of the rail, through the form that asks for a token."""
    page.goto(LIVE.rstrip("/") + "/" + place)
    if TOKEN:
        page.fill("#token", TOKEN)
        page.click("main button")
        page.wait_for_selector("nav a[aria-current=page]")
    assert page.url == LIVE.rstrip("/") + "/" + place


def submit(season):
    """A season that the demo has not, with readings that its feed signed; the job."""
    done = subprocess.run(
        [os.environ["NEXUS_LIVE_COMMAND"], "job", "submit", "GRA::ExtremeElNino@1.0.0", season, "--input", "november=26.2",
         "--input", "december=26.7", "--feed-key", os.environ["NEXUS_LIVE_KEYS"] + "/feed.key", "--rail",
         os.environ["NEXUS_LIVE_RAIL"], "--json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["job"]


def post(path, body):
    request = urllib.request.Request(
        LIVE.rstrip("/") + path, json.dumps(body).encode(),
        {"Authorization": "Bearer " + os.environ["NEXUS_LIVE_WRITER"], "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


@needs_rail
def test_what_happens_is_on_the_open_page_without_loading_it_again(browser, shot):
    page = opened(browser, "light")
    signed_in(page)
    page.locator("#live.on").wait_for()
    page.evaluate("window.isTheSamePage = true")
    job = submit("2051")
    row = page.locator("#recent tbody tr", has=page.locator(f"a[href='/jobs/{job}']"))
    row.wait_for(timeout=15_000)
    # Its nodes are not here: it waits.
    assert "2051" in row.inner_text() and "withdrawn" not in row.inner_text()
    other = page.context.new_page()
    other.goto(f"{LIVE.rstrip('/')}/jobs/{job}")
    other.locator("#live.on").wait_for()
    other.evaluate("window.isTheSamePage = true")
    assert post(f"/v1/jobs/{job}/cancel", {"reason": "a browser looks on"})["status"] == "withdrawn"
    # Locators: the page forbids what waits for a function would evaluate.
    other.locator("#outcome", has_text="withdrawn").wait_for(timeout=15_000)
    assert "a browser looks on" in other.locator("#timeline").inner_text()
    row.locator("text=withdrawn").wait_for(timeout=15_000)
    assert page.evaluate("window.isTheSamePage") and other.evaluate("window.isTheSamePage")
    shot(other, "live-withdrawn")
    assert page.faults == []
    page.context.close()


@needs_rail
@pytest.mark.skipif(not TOKEN, reason="the rail asks for no token")
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_session_is_kept_from_scripts_and_ends(browser, mode, shot, assert_contrast):
    page = opened(browser, mode)
    page.goto(LIVE.rstrip("/") + "/log")
    page.fill("#token", "nxt_wrong")
    page.click("main button")
    assert "does not know that token" in page.locator("[role=alert]").inner_text()
    assert_contrast(page, 4)
    shot(page, f"live-sign-in-{mode}")
    page.fill("#token", TOKEN)
    page.click("main button")
    page.wait_for_selector("#checkpoints")
    assert page.evaluate("document.cookie") == ""
    cookie, = page.context.cookies()
    assert cookie["name"] == "nexus-token" and cookie["httpOnly"] and cookie["sameSite"] == "Strict"
    page.click("footer button")
    page.wait_for_selector("#token")
    assert page.context.cookies() == []
    page.context.close()


@needs_rail
@pytest.mark.skipif(not TOKEN, reason="the rail asks for no token")
def test_without_scripts_pages_are_whole(browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    signed_in(page, "clauses")
    assert page.locator("#clauses a").count() == 1
    context.close()


@needs_rail
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_person_follows_a_season_to_its_certificate(browser, mode, shot, tmp_path, assert_contrast):
    page = opened(browser, mode)
    signed_in(page)
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
