"""A rail of real processes for the crash sweep: founded once with `nexus bench dispatch`, then started, broken, killed
and started again while its nodes stay up."""
import base64
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from control import Control, Gone, Refused

ROOT = Path(__file__).resolve().parents[2]
WASMTIME = ROOT / ".nexus" / "lib"


def digest_of(path: Path) -> str:
    return "sha256:" + path.stem


def free_port() -> int:
    """Below those that the kernel gives to clients: a node that dials while the rail is down must not get its port."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Rail:
    def __init__(self, nexus: Path, folder: Path):
        self.nexus, self.folder = nexus, folder
        self.path = folder / "rail"
        self.process = None
        self.nodes: list[subprocess.Popen] = []
        # A tracer of traps would outlive the killed process and hold its ports.
        self.environment = dict(os.environ, NEXUS_LOG="error", SWIFT_BACKTRACE="enable=no")
        libraries = sorted(WASMTIME.glob("*wasmtime*"))
        if "NEXUS_WASMTIME" not in os.environ and libraries:
            self.environment["NEXUS_WASMTIME"] = str(libraries[0])
        self.enrolment = free_port()
        # Set by whoever wants the HTTP API, or validators that must all cosign.
        self.http = None
        self.validators = 0
        self.count = 10_000_000
        # Jobs that were acknowledged, by occurrence.
        self.acknowledged: dict[str, str] = {}
        self.starts = 0

    def found(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        subprocess.run([str(self.nexus), "bench", "dispatch", "--jobs", "8", "--folder", str(self.folder),
                        "--validators", str(self.validators)], cwd=ROOT,
                       env=self.environment, check=True, capture_output=True)
        self.port = free_port()
        for path in self.folder.glob("*-*/credential.json"):
            address = json.loads(path.read_bytes())["address"]
            path.write_bytes(path.read_bytes().replace(address.encode(), f"127.0.0.1:{self.port}".encode()))
        self.module = digest_of(next((self.path / "modules").glob("*.wasm")))

    # Processes.

    def start(self, wrapper: list = (), faults: dict | None = None, log: str = "rail") -> None:
        environment = dict(self.environment, **(faults or {}))
        if faults:
            environment["LD_PRELOAD"] = str(self.folder / "faulty.so")
            environment["FAULTY_ROOT"] = f"{self.path}/"
        self.starts += 1
        with open(self.folder / f"{log}.log", "wb") as out:
            self.process = subprocess.Popen(
                [*map(str, wrapper), str(self.nexus), "up", str(self.path), "--port", str(self.port),
                 "--enrolment-port", str(self.enrolment), *(["--http", str(self.http)] if self.http else [])],
                env=environment, stdout=out, stderr=out, cwd=ROOT)

    def start_node(self, number: int, wrapper: list = ()) -> None:
        self.start_party(f"node-{number}", "run", wrapper)

    def start_validator(self, number: int, wrapper: list = ()) -> None:
        self.start_party(f"validator-{number}", "validate", wrapper)

    def start_party(self, name: str, what: str, wrapper: list) -> None:
        with open(self.folder / f"{name}.log", "ab") as out:
            self.nodes.append(subprocess.Popen(
                [*map(str, wrapper), str(self.nexus), "node", what, str(self.folder / name)], env=self.environment,
                stdout=out, stderr=out, cwd=ROOT))

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()

    def stop(self) -> None:
        self.kill()
        for node in self.nodes:
            node.kill()
            node.wait()
        self.nodes = []

    @property
    def is_up(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def wait_until_up(self, seconds: float = 20) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.is_up:
            try:
                with self.control(2) as control:
                    control.call("status")
                return True
            except (Gone, Refused, ValueError):
                time.sleep(0.02)
        return False

    # What clients do.

    def control(self, timeout: float = 10) -> Control:
        return Control(str(self.path / "control.sock"), timeout)

    def event(self, occurrence: str) -> dict:
        value = base64.b64encode(occurrence.encode()).decode()
        return {"clause": "BENCH::Dispatch@1.0.0", "deadline": None, "inputs": [
            {"edition": "", "name": "x", "reading": None, "retrievedAt": "2026-01-01T00:00:00.000Z", "value": value}],
            "occurrence": occurrence, "priority": None, "supersedes": None,
            "trigger": {"eventId": occurrence, "source": "crash sweep", "type": "manual"}}

    def submit(self, control: Control, count: int = 1) -> None:
        """Submits new occurrences and notes what was acknowledged."""
        occurrences = [str(self.count + index) for index in range(count)]
        self.count += count
        answer = control.call("submit", events=[clean(self.event(one)) for one in occurrences])
        for one, result in zip(occurrences, answer["results"]):
            if "job" in result:
                self.acknowledged[one] = result["job"]
            else:
                raise Refused(result["error"]["code"])

    def jobs(self) -> dict[str, dict]:
        with self.control() as control:
            return {job["job"]: job for job in control.call("jobs", count=10000)["jobs"]}

    def lost(self) -> list[str]:
        known = self.jobs()
        return [job for job in self.acknowledged.values() if job not in known]

    def wait_certified(self, seconds: float = 30) -> list[str]:
        """Acknowledged jobs that are not certified after so long."""
        end = time.monotonic() + seconds
        while True:
            known = self.jobs()
            missing = [job for job in self.acknowledged.values() if known.get(job, {}).get("status") != "certified"]
            if not missing or time.monotonic() > end:
                return missing
            time.sleep(0.05)

    # What is on disk.

    def logged(self) -> list[str]:
        """The occurrence of every leaf of every rollup in the log, in order."""
        size = int((self.path / "log" / "checkpoint").read_text().split("\n")[1])
        found: list[str] = []
        for index in range((size + 255) // 256):
            width = min(256, size - index * 256)
            name = self.path / "log" / "tile" / "entries" / f"{index:03d}"
            data = (name if width == 256 else Path(f"{name}.p") / str(width)).read_bytes()
            for _ in range(width):
                count = int.from_bytes(data[:2], "big")
                entry, data = data[2:2 + count], data[2 + count:]
                try:
                    statement = json.loads(base64.b64decode(json.loads(entry)["payload"]))
                except (ValueError, KeyError, TypeError):
                    continue
                found += re.findall(r'"occurrenceId": ?"([^"]+)"', json.dumps(statement.get("predicate", {})))
        return found

    def fsck(self) -> str:
        """What `nexus log fsck` complains of; nothing if the log is whole."""
        done = subprocess.run([str(self.nexus), "log", "fsck", str(self.path / "log")], env=self.environment, cwd=ROOT, capture_output=True,
                              text=True, check=False)
        return "" if done.returncode == 0 else f"fsck {done.returncode}: {(done.stdout + done.stderr)[-300:]}"


def clean(event: dict) -> dict:
    """Without members that say nothing: absent and null are not the same to a rail."""
    if isinstance(event, dict):
        return {key: clean(value) for key, value in event.items() if value is not None}
    return [clean(one) for one in event] if isinstance(event, list) else event


def build_shim(folder: Path) -> None:
    subprocess.run(["cc", "-O1", "-Wall", "-shared", "-fPIC", "-o", str(folder / "faulty.so"),
                    str(Path(__file__).parent / "faulty.c"), "-ldl"], check=True)


def ended_by(process: subprocess.Popen) -> str:
    code = process.poll()
    if code is None:
        return "up"
    return "killed" if code == -signal.SIGKILL else f"ended {code}"
