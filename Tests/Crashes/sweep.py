"""Runs of one rail that breaks at a chosen moment, is started again, and must have kept its promises."""
import collections
import os
import re
import subprocess
import time
from pathlib import Path

from control import Gone, Refused
from rail import Rail

OUTCOMES = ["not-done", "done-but-error", "crash-before", "crash-after"]
# An illegal instruction, a trap, an abort, a bus error, a bad address: told apart in the table. None should be there.
TRAPS = {-4, -5, -6, -7, -8, -11}
POINTS = [
    (r"^write /journal\.sqlite-wal", "journal record written"), (r"^sync /journal\.sqlite-wal", "journal synced"),
    (r"^\w+ /journal\.sqlite-head", "journal's end remembered"),
    (r"^\w+ /journal\.sqlite", "journal's file renewed"),
    (r"^write /log/checkpoint", "checkpoint written"), (r"^sync /log/checkpoint", "checkpoint synced"),
    (r"^rename /log/checkpoint", "checkpoint renamed"), (r"^write /log/tile", "tile written"),
    (r"^sync /log/tile.*tmp", "tile synced"), (r"^rename /log/tile", "tile renamed"),
    (r"^sync /log/tile", "tiles' folder synced"), (r"^sync /log$", "log's folder synced"),
]


def point(line: str) -> str:
    for pattern, name in POINTS:
        if re.search(pattern, line):
            return name
    return "other files"


class Sweep:
    def __init__(self, rail: Rail, log):
        self.rail, self.log = rail, log
        self.runs: collections.Counter = collections.Counter()
        self.violations: list[str] = []
        self.endings: collections.Counter = collections.Counter()
        self.operations = Path(rail.folder) / "operations"

    # One run.

    def work(self, seconds: float) -> None:
        """What clients do while something may break: a few submissions, then waiting for certificates."""
        rail = self.rail
        try:
            with rail.control(3) as control:
                for _ in range(3):
                    rail.submit(control)
                    time.sleep(0.03)
                end = time.monotonic() + seconds
                while rail.is_up and time.monotonic() < end:
                    if control.call("status")["certified"] >= self.certified + 3:
                        return
                    time.sleep(0.02)
        except (Gone, Refused, ValueError):
            end = time.monotonic() + 0.5
            while rail.is_up and time.monotonic() < end:
                time.sleep(0.02)

    def broken(self, seconds: float, wrapper: list = (), faults: dict | None = None) -> str:
        """Starts the rail so that it breaks, works with it, and ends it. How it ended."""
        rail = self.rail
        rail.start(wrapper, faults)
        if rail.wait_until_up(10):
            self.work(seconds)
        code = rail.process.poll()
        rail.kill()
        if code in TRAPS:
            return f"trap {-code}"
        return "still up" if code is None else "killed" if code in (-9, 137) else f"status {code}"

    def recover(self, what: str) -> None:
        """Starts the rail with nothing wrong and checks what it promised."""
        rail = self.rail
        rail.start()
        if not rail.wait_until_up():
            rail.kill()
            said = (rail.folder / "rail.log").read_text(errors="replace")[-400:]
            self.fail(what, f"does not start again: {said}")
            raise SystemExit(1)
        if lost := rail.lost():
            self.fail(what, f"{len(lost)} acknowledged jobs are gone")
        if missing := rail.wait_certified():
            self.fail(what, f"{len(missing)} acknowledged jobs are not certified")
        with rail.control() as control:
            self.certified = control.call("status")["certified"]
        rail.kill()

    def fail(self, what: str, why: str) -> None:
        self.violations.append(f"{what}: {why}")
        print(f"VIOLATION {what}: {why}", file=self.log, flush=True)

    def check_log(self, what: str) -> None:
        rail = self.rail
        logged = rail.logged()
        if twice := [one for one, count in collections.Counter(logged).items() if count > 1]:
            self.fail(what, f"{len(twice)} occurrences are certified twice")
        if len(logged) < len(rail.acknowledged):
            self.fail(what, f"{len(rail.acknowledged)} acknowledged, {len(logged)} in the log")
        if complaint := rail.fsck():
            self.fail(what, complaint)

    # Sweeps.

    def count_operations(self) -> int:
        """The operations of a run in which nothing breaks."""
        self.broken(2, faults={"FAULTY_LOG": str(self.operations)})
        return len(self.operations.read_text().splitlines())

    def hit(self, at: int) -> str:
        lines = self.operations.read_text(errors="replace").splitlines()
        found = next((line for line in lines if line.startswith(f"{at} ")), "")
        return point(found.split(" ", 1)[1]) if found else ""

    def sweep_points(self, count: int, every: bool = False) -> None:
        """`count` runs, spread over every operation and every outcome; with `every` as many as there are of both."""
        total = self.count_operations()
        if every:
            count = max(count, total * len(OUTCOMES))
        print(f"crash points: {total} operations, {count} runs", file=self.log, flush=True)
        self.recover("dry run")
        for index in range(count):
            how = OUTCOMES[index % len(OUTCOMES)]
            at = 1 + (index * 7919 // len(OUTCOMES)) % total
            faults = {"FAULTY_LOG": str(self.operations), "FAULTY_AT": str(at), "FAULTY_HOW": how}
            ending = self.broken(1.0, faults=faults)
            name = self.hit(at)
            self.runs[("crash points", name or "not reached", how)] += 1
            self.endings[(how, ending)] += 1
            self.recover(f"{how} at operation {at} ({name})")
            if index % 50 == 49:
                self.check_log(f"after {index + 1} runs")

    def sweep_pairs(self, count: int) -> None:
        """A crash, then another while the rail recovers from the first."""
        total = self.count_operations()
        for index in range(count):
            first, second = 1 + index * 31 % total, 1 + index * 13 % 60
            for at in (first, second):
                self.broken(1.0, faults={"FAULTY_AT": str(at), "FAULTY_HOW": OUTCOMES[2 + index % 2]})
            self.runs[("crash points", "crash in recovery", "pairs")] += 1
            self.recover(f"crash at {first}, then at {second}")

    def sweep_full(self, count: int) -> None:
        """Nothing more can be written from some operation on."""
        total = self.count_operations()
        self.recover("dry run")
        for index in range(count):
            at = 1 + index * (total - 1) // max(1, count - 1)
            ending = self.broken(0.7, faults={"FAULTY_AT": str(at), "FAULTY_FULL": "1"})
            self.runs[("disk full", "from an operation on", "ENOSPC")] += 1
            self.endings[("ENOSPC", ending)] += 1
            self.recover(f"disk full from operation {at} on")

    def sweep_strace(self, count: int, first: int = 0) -> None:
        """The kernel's side: a signal or an error at system calls on the journal's and the log's files."""
        wal, checkpoint = self.rail.path / "journal.sqlite-wal", self.rail.path / "log" / "checkpoint.tmp"
        places = [("pwrite64", wal, 40), ("fdatasync", wal, 12), ("openat", wal, 2), ("openat", checkpoint, 3),
                  ("write", checkpoint, 3), ("fsync", checkpoint, 3), ("rename", checkpoint, 3),
                  ("fsync", self.rail.path / "log", 4), ("pwrite64", self.rail.path / "journal.sqlite-head", 8)]
        for index in range(first, count):
            call, path, most = places[index // 2 % len(places)]
            how = ["signal=SIGKILL", "error=EIO"][index % 2]
            when = 1 + index // (2 * len(places)) * 5 % most
            wrapper = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", path, "-e", f"trace={call}",
                       "-e", f"inject={call}:{how}:when={when}"]
            ending = self.broken(1.5, wrapper)
            self.end_traced()
            self.runs[("system calls", f"{call} {path.name}", how)] += 1
            self.endings[(how, ending)] += 1
            self.recover(f"{how} at {call} {path.name} number {when}")

    def end_traced(self) -> None:
        """A tracer that is killed leaves its process behind; it holds the journal."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                except OSError:
                    continue
                if words[1:3] == [b"up", str(self.rail.path).encode()] and words[0] == str(self.rail.nexus).encode():
                    os.kill(int(entry.name), 9)
                    # Dying takes its time on a loaded machine.
                    end = time.monotonic() + 10
                    while entry.exists() and time.monotonic() < end:
                        time.sleep(0.02)

    def sweep_small_disks(self) -> int:
        """The whole rail on disks of 1 to 8 MiB more than it needs: jobs until no more fits. Runs made."""
        made = 0
        for mebibytes in range(1, 9):
            disk = self.rail.folder.parent / "small"
            disk.mkdir(exist_ok=True)
            if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(disk)], check=False).returncode:
                print("skipped: no tmpfs can be mounted here", file=self.log)
                return made
            try:
                self.small_disk(disk, mebibytes)
                made += 1
            finally:
                subprocess.run(["umount", "-l", str(disk)], check=False)
        return made

    def small_disk(self, disk: Path, mebibytes: int) -> None:
        rail = Rail(self.rail.nexus, disk / "rail")
        rail.found()
        used = int(subprocess.run(["df", "--output=used", "-k", str(disk)], capture_output=True, text=True,
                                  check=True).stdout.split()[-1])
        subprocess.run(["mount", "-o", f"remount,size={used + 1024 * mebibytes}k", str(disk)], check=True)
        rail.start()
        refusal = ""
        if not rail.wait_until_up():
            self.fail(f"disk of {mebibytes} MiB", "does not start")
        try:
            with rail.control() as control:
                for _ in range(100 * mebibytes + 400):
                    rail.submit(control, 20)
        except (Gone, Refused, ValueError) as error:
            refusal = str(error)
        time.sleep(0.3)
        said = (rail.folder / "rail.log").read_text(errors="replace")
        rail.kill()
        what = f"disk of {mebibytes} MiB"
        if "disk-full" not in refusal + said:
            self.fail(what, f"no clear word: {refusal or 'nothing was refused'} {said[-200:]}")
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        rail.start()
        if not rail.wait_until_up():
            self.fail(what, "does not start once there is room")
        elif rail.lost():
            self.fail(what, "acknowledged jobs are gone")
        else:
            with rail.control() as control:
                rail.submit(control)
        rail.stop()
        self.runs[("disk full", "a small disk", "tmpfs")] += 1
        print(f"disk of {mebibytes} MiB: {len(rail.acknowledged)} acknowledged, then {refusal[:60]}", file=self.log)
