"""Sync before acknowledgement: with every sync of a process held back by a second, no acknowledgement of that process
may come sooner. strace holds them back, so that what is measured is the program as it is."""
import json
import subprocess
import time
from pathlib import Path

from control import Gone, Refused
from rail import Rail
from sweep import Sweep

DELAY = 1.0
HELD = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
        "-e", f"inject=fsync,fdatasync:delay_enter={int(DELAY * 1e6)}"]


class Endpoints:
    """What acknowledges, each as a call that returns when it was acknowledged."""

    def __init__(self, rail: Rail):
        self.rail, self.number = rail, 0

    def nexus(self, *words: str) -> str:
        done = subprocess.run([str(self.rail.nexus), *words], env=self.rail.environment, cwd=self.rail.folder,
                              capture_output=True, text=True, check=False, timeout=60)
        if done.returncode:
            raise Refused(f"{words[:2]}: {done.stderr[-200:]}")
        return done.stdout

    def submit(self) -> None:
        with self.rail.control() as control:
            self.rail.submit(control)

    def invite(self) -> dict:
        with self.rail.control() as control:
            return control.call("invite", role="node")

    def module(self) -> None:
        self.number += 1
        import base64
        with self.rail.control() as control:
            control.call("module", bytes=base64.b64encode(f"module {time.time()} {self.number}".encode()).decode())

    def govern(self) -> None:
        self.number += 1
        keys = [word for number in (1, 2, 3) for word in ("--key", str(self.rail.folder / f"keys/committee-{number}.key"))]
        feed = json.loads(self.nexus("key", "show", str(self.rail.folder / "keys" / "feed.key"), "--json"))["did"]
        self.nexus("governance", "approve", "feed", "--name", f"feed-{self.number}-{int(time.time())}", "--did", feed,
                   "--rail", str(self.rail.path), *keys)

    def enrol(self) -> None:
        """A node presents its one-time token; it is spent before the certificate comes."""
        node = self.rail.folder / "node-1"
        self.nexus("node", "enrol", str(node), "--token", self.token, "--trust", str(self.rail.path / "rail.json"),
                   "--operator-key", str(self.rail.folder / "keys" / "operator-1.key"), "--jurisdiction", "PE")

    def certify(self) -> None:
        """A certificate: the checkpoint that holds it is durable."""
        self.submit()
        if self.rail.wait_certified():
            raise Gone("not certified")


def timed(call) -> float:
    begun = time.monotonic()
    call()
    return time.monotonic() - begun


def check_order(sweep: Sweep) -> None:
    """One row an endpoint: without the delay it answers sooner than a second, with it never."""
    rail = sweep.rail
    ends = Endpoints(rail)
    for name, prepare, call in [
        ("job submission", None, ends.submit), ("governance decision", None, ends.govern),
        ("enrolment token made", None, ends.invite), ("module stored", None, ends.module),
        ("enrolment token spent", lambda: setattr(ends, "token", ends.invite()["token"]), ends.enrol),
    ]:
        compare(sweep, name, prepare, call, nodes=[])
    compare(sweep, "certificate released", None, ends.certify, nodes=[1, 2, 3])
    compare(sweep, "token spent before it is run", None, ends.certify, nodes=[1, 2], held_nodes=True)


def compare(sweep: Sweep, name: str, prepare, call, nodes: list[int], held_nodes: bool = False) -> None:
    rail = sweep.rail
    times = []
    for is_held in (False, True):
        rail.start(HELD if is_held and not held_nodes else [])
        started = rail.wait_until_up(60)
        for number in nodes:
            rail.start_node(number, HELD if is_held and held_nodes else [])
        try:
            if not started or not wait_for_nodes(rail, len(nodes)):
                sweep.fail(name, "did not start")
                return
            # Whatever the start set off is over.
            time.sleep(6 * DELAY if is_held and not held_nodes else 0.5)
            if prepare:
                prepare()
                time.sleep(2 * DELAY if is_held else 0)
            times.append(timed(call))
        except (Gone, Refused, ValueError, subprocess.TimeoutExpired) as error:
            sweep.fail(name, f"no acknowledgement: {error}")
            return
        finally:
            rail.stop()
            sweep.end_traced()
    sweep.runs[("sync first", name, "held syncs")] += 1
    print(f"{name}: {times[0]:.2f} s, with held syncs {times[1]:.2f} s", file=sweep.log, flush=True)
    if times[1] < DELAY:
        sweep.fail(name, f"acknowledged after {times[1]:.2f} s, while every sync took {DELAY} s")
    if times[0] >= DELAY:
        sweep.fail(name, f"takes {times[0]:.2f} s by itself, so that the delay shows nothing")


def wait_for_nodes(rail: Rail, count: int) -> bool:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        with rail.control(30) as control:
            if control.call("status")["connectedNodes"] == count:
                return True
        time.sleep(0.1)
    return False
