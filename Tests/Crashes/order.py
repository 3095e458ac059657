"""Sync before acknowledgement: with every sync of a process held back by a second, no acknowledgement of that process
may come sooner. strace holds them back, so that what is measured is the program as it is."""
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from control import Gone, Refused
from endpoints import Endpoints
from rail import Rail, free_port
from sweep import Sweep

DELAY = 1.0
HELD = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
        "-e", f"inject=fsync,fdatasync:delay_enter={int(DELAY * 1e6)}"]


def timed(call) -> float:
    begun = time.monotonic()
    call()
    return time.monotonic() - begun


def check_order(sweep: Sweep) -> None:
    """One row an endpoint: without the delay it answers sooner than a second, with it never."""
    rail = sweep.rail
    ends = Endpoints(rail)
    rail.http = free_port()
    compare(sweep, "access token made", [("access token made", None, ends.access)], held="call")
    made: dict = {}

    def make(what) -> None:
        made["proposal"] = what()

    def post(path: str) -> None:
        ends.post(path.replace("CLAUSE", getattr(ends, "clause", "")), made["proposal"])

    def publish_first() -> None:
        ends.govern(ends.draft())
        make(ends.stage)

    compare(sweep, "the rail", [
        ("job submission", None, ends.submit), ("batch of jobs", None, ends.batch),
        ("job withdrawn", ends.open_job, ends.cancel),
        ("governance decision", lambda: make(ends.feed), lambda: ends.govern(made["proposal"])),
        ("clause published", lambda: make(ends.draft), lambda: ends.govern(made["proposal"])),
        ("clause approved", publish_first, lambda: ends.govern(made["proposal"])),
        ("enrolment token made", None, ends.invite), ("module stored", None, ends.module),
        ("enrolment token spent", lambda: setattr(ends, "token", ends.invite()["token"]), ends.enrol),
        ("HTTP: job", None, ends.post_job), ("HTTP: batch of events", None, ends.post_events),
        ("HTTP: job withdrawn", ends.open_job, lambda: ends.post(f"/v1/jobs/{ends.job}/cancel", {"reason": "a test"})),
        ("HTTP: governance", lambda: make(ends.feed), lambda: post("/v1/governance/entries")),
        ("HTTP: clause published", lambda: make(ends.draft), lambda: post("/v1/clauses")),
        ("HTTP: clause approved", publish_first, lambda: post("/v1/clauses/CLAUSE/decisions")),
        ("HTTP: enrolment token made", None, lambda: ends.post("/v1/nodes/invitations", {"role": "node"})),
        ("HTTP: module stored", None, lambda: ends.post("/v1/modules", ends.bytes(), "application/wasm")),
    ])
    rail.http = None
    compare(sweep, "the rail", [("certificate released", None, ends.certify)], nodes=[1, 2, 3])
    compare(sweep, "the nodes", [("token spent before it is run", None, ends.certify)], nodes=[1, 2], held="nodes")
    check_validators(sweep)
    check_witness(sweep)


def check_validators(sweep: Sweep) -> None:
    """Two validators must cosign: each answers once what it cosigns is in its own journal."""
    rail, first = Rail(sweep.rail.nexus, sweep.rail.folder.parent / "validated"), sweep.rail
    rail.validators = 2
    rail.found()
    sweep.rail = rail
    try:
        compare(sweep, "the validators", [("cosignature of a validator", None, Endpoints(rail).certify)],
                nodes=[1, 2, 3], held="validators")
    finally:
        rail.stop()
        sweep.rail = first


def check_witness(sweep: Sweep) -> None:
    """A witness keeps the checkpoint that it cosigns before the cosignature leaves."""
    rail = sweep.rail
    key = Endpoints(rail).trust()["genesis"]["logKey"]
    body = b"old 0\n\n" + (rail.path / "log" / "checkpoint").read_bytes()
    times = []
    for is_held in (False, True):
        port = free_port()
        with open(rail.folder / "witness.log", "ab") as out:
            process = subprocess.Popen(
                [*(HELD if is_held else []), str(rail.nexus), "witness", "run",
                 str(rail.folder / f"witness-{is_held}"), "--name", "witness.example", "--log", key, "--port", str(port)],
                env=rail.environment, stdout=out, stderr=out)
        try:
            times.append(timed(lambda: cosigned(port, body)) if listens(port) else -1)
        except (Gone, Refused) as error:
            sweep.fail("cosignature of a witness", f"no acknowledgement: {error}")
            return
        finally:
            end(process)
    judge(sweep, "cosignature of a witness", times)


def cosigned(port: int, body: bytes) -> None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/add-checkpoint", body, timeout=60) as answer:
            if not answer.read().startswith("— ".encode()):
                raise Refused("no cosignature")
    except urllib.error.HTTPError as error:
        raise Refused(f"{error.code} {error.read()[:200]}") from error
    except OSError as error:
        raise Gone(str(error)) from error


def listens(port: int) -> bool:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def end(process: subprocess.Popen) -> None:
    """Ends a process, and where it is traced first the one that it traces."""
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        subprocess.run(["kill", "-9", child], check=False)
    process.send_signal(signal.SIGKILL)
    process.wait()


def compare(sweep: Sweep, who: str, rows: list, nodes: list[int] = (), held: str = "rail") -> None:
    """Starts everything twice, the second time with the syncs of one kind of process held back, and times each row."""
    times: dict[str, list[float]] = {}
    for is_held in (False, True):
        name = who
        try:
            if not start_all(sweep.rail, nodes, held if is_held else ""):
                sweep.fail(who, "did not start")
                return
            # Whatever the start set off is over.
            time.sleep(6 * DELAY if is_held and held == "rail" else 0.5)
            for name, prepare, call in rows:
                if prepare:
                    prepare()
                    time.sleep(2 * DELAY if is_held else 0.3)
                wrapped = (lambda call=call: call(HELD)) if is_held and held == "call" else call
                times.setdefault(name, []).append(timed(wrapped))
                time.sleep(2 * DELAY if is_held else 0)
        except (Gone, Refused, ValueError, KeyError, subprocess.TimeoutExpired) as error:
            sweep.fail(name, f"no acknowledgement: {error!r}")
            return
        finally:
            for node in sweep.rail.nodes:
                end(node)
            sweep.rail.stop()
            sweep.end_traced()
    for name, both in times.items():
        judge(sweep, name, both)


def start_all(rail: Rail, nodes: list[int], held: str) -> bool:
    rail.start(HELD if held == "rail" else [])
    if not rail.wait_until_up(60):
        return False
    for number in range(1, rail.validators + 1):
        rail.start_validator(number, HELD if held == "validators" else [])
    for number in nodes:
        rail.start_node(number, HELD if held == "nodes" else [])
    return wait_for_nodes(rail, len(nodes))


def judge(sweep: Sweep, name: str, times: list[float]) -> None:
    sweep.runs[("sync first", name, "held syncs")] += 1
    print(f"{name}: {times[0]:.2f} s, with held syncs {times[1]:.2f} s", file=sweep.log, flush=True)
    if times[1] < DELAY:
        sweep.fail(name, f"acknowledged after {times[1]:.2f} s, while every sync took {DELAY} s")
    if not 0 <= times[0] < DELAY:
        sweep.fail(name, f"takes {times[0]:.2f} s by itself, so that the delay shows nothing")


def wait_for_nodes(rail: Rail, count: int) -> bool:
    limit = time.monotonic() + 40
    while time.monotonic() < limit:
        with rail.control(30) as control:
            if control.call("status")["connectedNodes"] == count:
                return True
        time.sleep(0.1)
    return False
