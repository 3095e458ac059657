"""Measures the HTTP API and the dashboard of a rail with many jobs, the dashboard in a browser too.

    swift build -c release --product nexus
    python3 Benchmarks/face/run.py .build/release/nexus --jobs 100000

Runs `nexus bench face`, whose lines it passes on, and then opens each page in headless Chromium (Playwright) on the rail
that this leaves up, each time in a new context, so that nothing is cached. Prints one JSON line a page: milliseconds
from the navigation to the answer's first byte, to the first contentful paint, and to the load event.
"""

import json
import shutil
import signal
import statistics
import subprocess
import sys
import urllib.parse

from playwright.sync_api import sync_playwright

TURNS = 7
TIMES = """() => new Promise((done) => {
  const told = () => {
    const [page] = performance.getEntriesByType("navigation");
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    if (!paint || !page.loadEventEnd) return requestAnimationFrame(told);
    done({ firstByte: page.responseStart, paint: paint.startTime, load: page.loadEventEnd, bytes: page.decodedBodySize });
  };
  told();
})"""


def painted(browser, url, path, token):
    """What a first visit to a page takes."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "nexus-token", "value": token, "url": url, "httpOnly": True, "sameSite": "Strict"}])
    page = context.new_page()
    page.goto(url + path, wait_until="load")
    times = page.evaluate(TIMES)
    context.close()
    return times


def paint(ready):
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        sys.exit("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for place in ready["pages"]:
            path = urllib.parse.quote(place, safe="/%:@?=&")
            runs = [painted(browser, ready["url"], path, ready["token"]) for _ in range(TURNS)]
            line = {"benchmark": "face.paint", "bytes": runs[0]["bytes"], "path": place, "visits": TURNS}
            for name, key in (("firstByte", "firstByteMilliseconds"), ("paint", "firstContentfulPaintMilliseconds"),
                              ("load", "loadMilliseconds")):
                line[key] = round(statistics.median(run[name] for run in runs), 1)
            line["firstContentfulPaintMaxMilliseconds"] = round(max(run["paint"] for run in runs), 1)
            print(json.dumps(line, sort_keys=True), flush=True)
        browser.close()


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    command = [sys.argv[1], "bench", "face", "--stay", *sys.argv[2:]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bench:
        try:
            for line in bench.stdout:
                read = json.loads(line)
                if read["benchmark"] == "face.ready":
                    paint(read)
                    break
                print(line, end="", flush=True)
        finally:
            bench.send_signal(signal.SIGTERM)
    return bench.returncode


if __name__ == "__main__":
    sys.exit(main())
