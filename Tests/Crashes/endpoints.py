"""What acknowledges: every call of a rail that changes something, over its control socket and over HTTP."""
import base64
import json
import subprocess
import time
import urllib.error
import urllib.request

from control import Gone, Refused
from rail import Rail, clean
from signed import Signer, digest, proposal


class Endpoints:
    """What acknowledges, each as a call that returns when it was acknowledged."""

    def __init__(self, rail: Rail):
        self.rail, self.number = rail, int(time.time()) % 60_000

    def nexus(self, *words: str, wrapper: list = ()) -> str:
        done = subprocess.run([*wrapper, str(self.rail.nexus), *words], env=self.rail.environment,
                              cwd=self.rail.folder, capture_output=True, text=True, check=False, timeout=60)
        if done.returncode:
            raise Refused(f"{words[:2]}: {done.stderr[-200:]}")
        return done.stdout

    def key(self, name: str) -> Signer:
        return Signer(self.rail.folder / "keys" / f"{name}.key")

    # The control socket.

    def call(self, operation: str, **fields) -> dict:
        with self.rail.control(60) as control:
            return control.call(operation, **fields)

    def fresh(self) -> str:
        """An occurrence that was not submitted before: a number, since the clause gives it back."""
        self.rail.count += 1
        return str(self.rail.count - 1)

    def submit(self) -> None:
        with self.rail.control() as control:
            self.rail.submit(control)

    def batch(self) -> None:
        with self.rail.control() as control:
            self.rail.submit(control, 8)

    def invite(self) -> dict:
        return self.call("invite", role="node")

    def module(self) -> None:
        self.call("module", bytes=base64.b64encode(self.bytes()).decode())

    def bytes(self) -> bytes:
        """A module that was not stored before; nobody will run it."""
        self.number += 1
        return b"\0asm\x01\0\0\0" + f"module {time.time()} {self.number}".encode()

    def feed(self) -> dict:
        """A new feed, as the committee approves it."""
        self.number += 1
        decision = {"did": self.key("feed").did, "kind": "feed.approve", "name": f"feed-{self.number}"}
        return proposal(self.trust()["rail"], decision, [self.key(f"committee-{one}") for one in (1, 2, 3)])

    def trust(self) -> dict:
        return json.loads((self.rail.path / "rail.json").read_bytes())

    def draft(self) -> dict:
        """The benchmark's clause in another version, as its issuer publishes it."""
        self.number += 1
        clause = self.call("clauses")["clauses"][0]
        document = dict(clause["document"], id=f"BENCH::Dispatch@1.0.{self.number}")
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        self.published = text
        decision = {"document": base64.b64encode(text).decode(), "kind": "clause.publish"}
        return proposal(self.trust()["rail"], decision, [self.key("issuer")])

    def stage(self) -> dict:
        """The next stage of the clause that was published last."""
        name = digest(self.published)
        decision = {"clause": name, "kind": "clause.advance", "note": "", "report": name, "stage": "simulated"}
        self.clause = name
        return proposal(self.trust()["rail"], decision, [self.key(f"committee-{one}") for one in (1, 2, 3)])

    def govern(self, made: dict) -> None:
        self.call("govern", **made)

    def open_job(self) -> None:
        """A job that no node takes, to be withdrawn."""
        made = self.call("submit", events=[clean(self.rail.event(self.fresh()))])
        self.job = made["results"][0]["job"]

    def cancel(self) -> None:
        self.call("cancel", job=self.job, reason="a test")

    def enrol(self) -> None:
        """A node presents its one-time token; it is spent before the certificate comes."""
        node = self.rail.folder / "node-1"
        self.nexus("node", "enrol", str(node), "--token", self.token, "--trust", str(self.rail.path / "rail.json"),
                   "--operator-key", str(self.rail.folder / "keys" / "operator-1.key"), "--jurisdiction", "PE")

    def certify(self) -> None:
        """A certificate: the checkpoint that holds it is durable. Earlier jobs, which found no node, are not waited for."""
        before = self.rail.acknowledged
        self.rail.acknowledged = {}
        try:
            self.submit()
            if self.rail.wait_certified():
                raise Gone("not certified")
        finally:
            self.rail.acknowledged = {**before, **self.rail.acknowledged}

    # The HTTP API.

    def post(self, path: str, body: object, kind: str = "application/json") -> dict:
        data = body if isinstance(body, bytes) else json.dumps(clean(body)).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.rail.http}{path}", data,
            {"Authorization": f"Bearer {self.bearer}", "Content-Type": kind})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise Refused(f"{path}: {error.code} {error.read()[:300]}") from error
        except OSError as error:
            raise Gone(f"{path}: {error}") from error

    def post_job(self) -> None:
        self.post("/v1/jobs", self.rail.event(self.fresh()))

    def post_events(self) -> None:
        events = []
        for _ in range(8):
            event = clean(self.rail.event(self.fresh()))
            events.append({"specversion": "1.0", "id": event["occurrence"], "source": "crash sweep",
                           "type": "nexus.trigger.manual", "subject": event["occurrence"],
                           "data": {"clause": event["clause"], "inputs": event["inputs"]}})
        answer = self.post("/v1/events", events, "application/cloudevents-batch+json")
        if any("error" in one for one in answer["results"]):
            raise Refused(str(answer)[:300])

    # A token of the HTTP API is made by a process of its own.

    def access(self, wrapper: list = ()) -> None:
        self.number += 1
        self.bearer = json.loads(self.nexus(
            "token", "new", "--rail", str(self.rail.path), "--name", f"test-{self.number}", "--role", "submitter",
            "--role", "operator", "--role", "committee", "--json", wrapper=wrapper))["token"]
