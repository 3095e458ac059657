"""Partitions between a rail and its nodes as real processes: each node dials through a forwarder of its own, which can hold
back what one side says, or both, or cut the connection and take none."""
import collections
import json
import socket
import threading
import time

from control import Gone, Refused
from rail import Rail, free_port
from sweep import Sweep

HELD_S = 4.0
PROGRESS_S = 60.0


class Link:
    """One node's way to the rail. Bytes that are held back are late, as on a network that loses packets."""

    def __init__(self, port: int, target: int):
        self.target = target
        self.passes = {"up": threading.Event(), "down": threading.Event()}
        self.is_cut = False
        self.sockets: list[socket.socket] = []
        self.heal()
        self.listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                node, _ = self.listener.accept()
                if self.is_cut:
                    node.close()
                    continue
                rail = socket.create_connection(("127.0.0.1", self.target), 5)
            except OSError:
                if self.listener.fileno() < 0:
                    return
                node.close()
                continue
            self.sockets += [node, rail]
            for one, other, way in ((node, rail, "up"), (rail, node, "down")):
                threading.Thread(target=self.pump, args=(one, other, self.passes[way]), daemon=True).start()

    @staticmethod
    def pump(one: socket.socket, other: socket.socket, passes: threading.Event) -> None:
        try:
            one.settimeout(None)
            while data := one.recv(65536):
                passes.wait()
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            end.close()

    def hold(self, *ways: str) -> None:
        for way in ways:
            self.passes[way].clear()

    def cut(self) -> None:
        self.is_cut = True
        for one in self.sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.sockets = []

    def heal(self) -> None:
        self.is_cut = False
        for event in self.passes.values():
            event.set()

    def close(self) -> None:
        self.heal()
        self.cut()
        self.listener.close()


def symmetric(links: list[Link]) -> None:
    for link in links:
        link.hold("up", "down")


def rail_is_deaf(links: list[Link]) -> None:
    for link in links:
        link.hold("up")


def nodes_are_deaf(links: list[Link]) -> None:
    for link in links:
        link.hold("down")


def ring(links: list[Link]) -> None:
    for place, link in enumerate(links):
        link.hold("up" if place % 2 else "down")


def cut(links: list[Link]) -> None:
    for link in links:
        link.cut()


def swizzle(links: list[Link]) -> None:
    """One after the other goes; they come back in another order."""
    for link in links:
        link.hold("up", "down")
        time.sleep(0.4)
    for link in reversed(links[1:]):
        time.sleep(0.4)
        link.heal()


KINDS = {"symmetric": symmetric, "rail deaf": rail_is_deaf, "nodes deaf": nodes_are_deaf, "ring": ring, "cut": cut,
         "swizzle": swizzle}


def check_partitions(sweep: Sweep, count: int) -> None:
    """`count` runs: each kind of partition, with two nodes and with all three. Jobs are submitted before, during and after; all
    are certified once, and within a minute of the healing."""
    rail = Rail(sweep.rail.nexus, sweep.rail.folder.parent / "partitioned")
    rail.found()
    ports = {number: free_port() for number in (1, 2, 3)}
    for number, port in ports.items():
        path = rail.folder / f"node-{number}" / "credential.json"
        address = json.loads(path.read_bytes())["address"]
        path.write_bytes(path.read_bytes().replace(address.encode(), f"127.0.0.1:{port}".encode()))
    links = [Link(port, rail.port) for port in ports.values()]
    try:
        rail.start()
        if not rail.wait_until_up():
            return sweep.fail("partitions", "the rail does not start")
        for number in (1, 2, 3):
            rail.start_node(number)
        for index in range(count):
            name, partition = list(KINDS.items())[index % len(KINDS)]
            some = links[:2] if index // len(KINDS) % 2 == 0 else links
            run(sweep, rail, partition, some, f"{name}, {len(some)} nodes")
        check_log(sweep, rail)
    finally:
        rail.stop()
        for link in links:
            link.close()


def run(sweep: Sweep, rail: Rail, partition, links: list[Link], what: str) -> None:
    try:
        with rail.control() as control:
            rail.submit(control, 3)
            partition(links)
            rail.submit(control, 3)
            time.sleep(HELD_S)
            for link in links:
                link.heal()
            healed = time.monotonic()
            rail.submit(control, 3)
        missing = rail.wait_certified(PROGRESS_S)
    except (Gone, Refused, ValueError) as error:
        return sweep.fail(what, f"the rail does not take jobs: {error}")
    sweep.runs[("partition", what, "real processes")] += 1
    print(f"partition {what}: certified {time.monotonic() - healed:.1f} s after the healing", file=sweep.log, flush=True)
    if missing:
        sweep.fail(what, f"{len(missing)} acknowledged jobs are not certified {PROGRESS_S:.0f} s after the healing")
    return None


def check_log(sweep: Sweep, rail: Rail) -> None:
    logged = rail.logged()
    if twice := [one for one, times in collections.Counter(logged).items() if times > 1]:
        sweep.fail("partitions", f"{len(twice)} occurrences are certified twice")
    if len(logged) < len(rail.acknowledged):
        sweep.fail("partitions", f"{len(rail.acknowledged)} acknowledged, {len(logged)} in the log")
    rail.kill()
    if complaint := rail.fsck():
        sweep.fail("partitions", complaint)
