"""What people do in the browser: forms that hand in events, signed decisions and invitations, and take a job back."""
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request

import pytest

COMMAND, LIVE = (os.environ.get(name) for name in ("NEXUS_LIVE_COMMAND", "NEXUS_LIVE"))
needs_rail = pytest.mark.skipif(not LIVE, reason="NEXUS_LIVE names no rail")
ROLES = ["submitter", "operator", "committee"]


def said(*arguments):
    done = subprocess.run([COMMAND, *arguments, "--json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Rail:
    """A rail of its own, that no node serves: three members of whom two decide."""

    def __init__(self, folder):
        self.folder, self.keys = folder / "rail", [str(folder / f"{name}.key") for name in ("alice", "bob", "carol")]
        members = [said("key", "new", key)["did"] for key in self.keys]
        subprocess.run(
            [COMMAND, "up", self.folder, "--found", "forms", "--threshold", "2", "--only-found", "--quiet"]
            + [part for did in members for part in ("--committee", did)], check=True)
        self.tokens = {
            role: said("token", "new", "--rail", str(self.folder), "--name", role, "--role", role)["token"] for role in ROLES}
        self.url = f"http://127.0.0.1:{free_port()}"
        self.process = subprocess.Popen([COMMAND, "up", self.folder, "--http", self.url.rsplit(":", 1)[1], "--quiet"])
        for _ in range(300):
            try:
                urllib.request.urlopen(self.url + "/readyz", timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise AssertionError("the rail is not ready")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


@pytest.fixture(scope="module")
def rail(tmp_path_factory):
    # A short path: the control socket's name has a limit.
    rail = Rail(tmp_path_factory.mktemp("forms"))
    yield rail
    rail.stop()


def signed_in(browser, rail, role, mode="light", width=1280):
    page = browser.new_context(color_scheme=mode, viewport={"width": width, "height": 900}).new_page()
    page.goto(rail.url + "/hand-in")
    page.fill("#token", rail.tokens[role])
    page.click("main button")
    page.wait_for_selector("nav a[aria-current=page]")
    return page


@needs_rail
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_two_members_sign_apart_and_one_hands_the_decision_in(browser, rail, shot, assert_contrast, tmp_path, mode):
    name = f"tide-{mode}"
    first, second = tmp_path / "alice.json", tmp_path / "bob.json"
    did = said("key", "show", rail.keys[2])["did"]
    said("governance", "approve", "feed", "--name", name, "--did", did, "--key", rail.keys[0], "--write", str(first),
         "--rail", str(rail.folder))
    second.write_bytes(first.read_bytes())
    said("governance", "sign", str(second), "--key", rail.keys[1])
    page = signed_in(browser, rail, "committee", mode)
    assert page.locator("form[action='/hand-in/events']").count() == 0
    # One member is too few, and the page says so.
    page.set_input_files("#decision", first)
    page.click("button:has-text('Hand in the decision')")
    page.wait_for_selector("#handed.not-taken")
    assert "governance." in page.locator("#handed").inner_text()
    assert_contrast(page)
    shot(page, f"live-not-taken-{mode}")
    page.set_input_files("#decision", [first, second])
    page.click("button:has-text('Hand in the decision')")
    page.wait_for_selector("#handed:not(.not-taken)")
    assert "Decided" in page.locator("#handed h2").inner_text()
    assert_contrast(page)
    shot(page, f"live-hand-in-{mode}")
    page.click("nav a[href='/governance']")
    newest = page.locator("#decisions li").first.inner_text()
    assert f"Feed {name} approved" in newest
    assert page.locator("#decisions li").first.locator(".signers code").count() == 2
    page.context.close()


@needs_rail
def test_an_operator_invites_by_keyboard_and_the_token_is_not_shown_again(browser, rail):
    page = signed_in(browser, rail, "operator")
    page.focus("#minutes")
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    page.wait_for_selector("#handed:not(.not-taken) code")
    token = page.locator("#handed code").inner_text()
    assert len(token) > 40
    page.goto(rail.url + "/hand-in")
    assert token not in page.content()
    page.context.close()


@needs_rail
def test_events_that_the_rail_refuses_are_named(browser, rail):
    page = signed_in(browser, rail, "submitter")
    event = {"specversion": "1.0", "id": "1", "source": "desk", "type": "nexus.trigger.manual", "subject": "2051",
             "data": {"clause": "GRA::None@1.0.0", "inputs": []}}
    page.fill("#text", json.dumps([event]))
    page.click("button:has-text('Submit')")
    page.wait_for_selector("#handed.not-taken")
    assert "orchestration.unknown-clause" in page.locator("#handed").inner_text()
    page.fill("#text", "{")
    page.click("button:has-text('Submit')")
    page.locator("#handed", has_text="base.malformed-json").wait_for()
    page.context.close()


@needs_rail
def test_a_form_of_another_site_does_nothing(browser, rail):
    page = signed_in(browser, rail, "operator")
    page.context.new_page().goto("about:blank")
    other = page.context.new_page()
    other.set_content(
        f"<form method=post enctype=multipart/form-data action='{rail.url}/hand-in/invitation'>"
        "<input name=role value=node><input name=minutes value=5><input name=form value=x><button>x</button></form>")
    with other.expect_response(lambda response: "/hand-in/" in response.url) as answer:
        other.click("button")
    # The cookie stays at home (SameSite), and the form lacks what only the rail's own pages have.
    assert answer.value.status in (401, 403)
    page.context.close()


@needs_rail
def test_an_operator_takes_a_job_back_on_its_page(browser, shot, assert_contrast):
    live = LIVE.rstrip("/")
    page = browser.new_context().new_page()
    page.goto(live + "/")
    page.fill("#token", os.environ["NEXUS_LIVE_WRITER"])
    page.click("main button")
    page.wait_for_selector("nav a[aria-current=page]")
    job = said("job", "submit", "GRA::ExtremeElNino@1.0.0", "2052", "--input", "november=26.2", "--input", "december=26.7",
               "--feed-key", os.environ["NEXUS_LIVE_KEYS"] + "/feed.key", "--rail", os.environ["NEXUS_LIVE_RAIL"])["job"]
    page.goto(f"{live}/jobs/{job}")
    page.fill("#reason", "entered by mistake")
    shot(page, "live-withdraw")
    assert_contrast(page)
    page.click("button:has-text('Withdraw this job')")
    page.locator("#outcome", has_text="withdrawn").wait_for(timeout=15_000)
    assert "entered by mistake" in page.locator("#timeline").inner_text()
    assert page.locator("#withdraw").count() == 0
    page.context.close()
