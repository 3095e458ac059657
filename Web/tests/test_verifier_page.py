"""A person drops a pack and a trust file into the verifier page."""
import base64
import json
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "Web" / "verifier" / "verifier.html").as_uri()
VECTORS = ROOT / "Vectors" / "evidence-pack" / "v1"

DROP = """([files]) => {
  const transfer = new DataTransfer();
  for (const { name, data } of files) {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type: "application/json" }));
  }
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


def vector(name):
    found = json.loads(next(VECTORS.glob(f"{name}*.json")).read_text())
    return found["pack"].encode(), found["trust"].encode()


def drop(page, pack, trust):
    files = [{"name": name, "data": base64.b64encode(data).decode()}
             for name, data in (("pack.aep.json", pack), ("rail.json", trust))]
    page.evaluate(DROP, [files])
    page.wait_for_selector("body[data-verdict]")
    return page.get_attribute("body", "data-verdict")


@pytest.fixture(params=["light", "dark"])
def page(browser, request):
    context = browser.new_context(color_scheme=request.param, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.mode, page.asked, page.faults = request.param, [], []
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    page.goto(PAGE)
    yield page
    # The page asks nobody for anything but itself, and nothing in it breaks.
    assert page.asked == [PAGE]
    assert page.faults == []
    context.close()


def test_empty(page, shot, assert_contrast):
    assert_contrast(page)
    shot(page, f"verifier-empty-{page.mode}")


def test_valid_pack(page, shot, assert_contrast):
    assert drop(page, *vector("accept/001")) == "accept"
    assert page.locator("#verdict").inner_text() == "Verified"
    assert page.locator(".checks li.passed").count() == 12
    assert page.locator(".signal").inner_text() == "TRIGGER"
    assert "simulated" in page.locator("#answers + .scroll").inner_text()
    assert_contrast(page)
    shot(page, f"verifier-valid-{page.mode}")


def test_tampered_pack_is_refused_by_name(page, shot, assert_contrast):
    pack, trust = vector("reject/075")
    assert drop(page, pack, trust) == "reject"
    assert page.locator("#verdict").inner_text() == "Refused"
    failed = page.locator(".checks li.failed")
    assert failed.count() == 1
    assert failed.get_attribute("data-check") == "rollup"
    assert "trust.bad-signature" in failed.inner_text()
    assert page.locator(".checks li.not-reached").count() == 6
    assert_contrast(page)
    shot(page, f"verifier-refused-{page.mode}")


def test_what_cannot_be_computed_is_unchecked(page, shot, assert_contrast):
    assert drop(page, *vector("accept/015")) == "unchecked"
    assert page.locator("#verdict").inner_text() == "Not fully checked"
    assert "log.unsupported-signature" in page.locator(".checks li.unchecked").inner_text()
    assert_contrast(page)
    shot(page, f"verifier-unchecked-{page.mode}")


def test_a_proof_is_shown_as_not_checked(page, shot, assert_contrast):
    assert drop(page, *vector("accept/023")) == "unchecked"
    assert page.locator("#checks").inner_text() == "Thirteen checks"
    row = page.locator(".checks li.unchecked")
    assert row.count() == 1
    assert row.get_attribute("data-check") == "proof"
    assert "proof.unsupported" in row.inner_text()
    assert page.locator("#proof").inner_text() == "The proof, not checked here"
    assert "hidden" in page.locator("#inputs + .scroll").inner_text()
    assert_contrast(page)
    shot(page, f"verifier-proof-{page.mode}")


def test_files_by_keyboard_and_choice(page):
    pack, trust = vector("accept/002")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "pack-file"
    page.set_input_files("#pack-file", {"name": "a.json", "mimeType": "application/json", "buffer": pack})
    page.wait_for_function("document.querySelector('#status').textContent === 'Now the trust file.'")
    page.set_input_files("#trust-file", {"name": "b.json", "mimeType": "application/json", "buffer": trust})
    page.wait_for_selector("body[data-verdict=accept]")


def test_a_pack_cannot_write_markup(page):
    pack, trust = vector("accept/001")
    evil = pack.replace(b'"rail":"sha256:', b'"rail":"<img src=x onerror=alert(1)>sha256:', 1)
    assert evil != pack
    assert drop(page, evil, trust) == "reject"
    assert page.locator("#report img").count() == 0


def test_phone_width(page, shot):
    page.set_viewport_size({"width": 360, "height": 740})
    drop(page, *vector("accept/005"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, f"verifier-phone-{page.mode}")


def test_print(page):
    drop(page, *vector("accept/001"))
    page.emulate_media(media="print")
    assert not page.locator(".intro").is_visible()
    assert page.locator("#verdict").is_visible()


@pytest.mark.skipif("NEXUS_DEMO" not in os.environ, reason="NEXUS_DEMO names no demo's folder")
def test_packs_of_the_demo(page, shot):
    folder = Path(os.environ["NEXUS_DEMO"])
    packs = sorted((folder / "evidence").glob("*.aep.json"))
    assert packs
    trust = (folder / "rail.json").read_bytes()
    pack = packs[len(packs) // 2].read_bytes()
    assert drop(page, pack, trust) == "accept"
    shot(page, f"verifier-demo-{page.mode}")
    page.evaluate("delete document.body.dataset.verdict")
    at = pack.index(b'"checkpoint":"') + 20
    tampered = pack[:at] + (b"X" if pack[at:at + 1] != b"X" else b"Y") + pack[at + 1:]
    assert drop(page, tampered, trust) == "reject"
    assert page.locator(".checks li.failed").get_attribute("data-check") == "form"
    assert "evidence.pack-damaged" in page.locator(".checks li.failed").inner_text()
