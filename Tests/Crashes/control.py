"""A rail's control socket from Python: one unary call over HTTP/2, with nothing but the standard library.

Messages are JSON in gRPC's framing (Documentation/Formats/control-v1.md)."""
import json
import socket
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY, WINDOW = 0, 1, 3, 4, 6, 7, 8


class Gone(Exception):
    """The rail did not answer: it may or may not have taken what was asked."""


class Refused(Exception):
    """The rail answered with an error; its code is the text."""


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def literal(name: str, value: str) -> bytes:
    """A header that no table keeps, without Huffman coding."""
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


REQUEST = b"".join(literal(*pair) for pair in [
    (":method", "POST"), (":scheme", "http"), (":path", "/nexus.control.v1.Control/Call"), (":authority", "rail"),
    ("content-type", "application/grpc"), ("te", "trailers")])


class Control:
    """One connection. Calls are made one after the other."""

    def __init__(self, path: str, timeout: float = 10):
        self.stream = -1
        self.rest = b""
        try:
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.socket.settimeout(timeout)
            self.socket.connect(path)
            # Windows as wide as they go, so that no answer waits for them.
            self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 2**31 - 1))
                                + frame(WINDOW, 0, 0, struct.pack(">I", 2**31 - 65536)))
        except OSError as error:
            self.close()
            raise Gone(str(error)) from error

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> "Control":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def call(self, operation: str, **fields) -> dict:
        self.stream += 2
        message = json.dumps({"operation": operation, **fields}, sort_keys=True, separators=(",", ":")).encode()
        body = b"\0" + struct.pack(">I", len(message)) + message
        try:
            self.socket.sendall(frame(HEADERS, 4, self.stream, REQUEST))
            for start in range(0, len(body), 16384):
                part = body[start:start + 16384]
                self.socket.sendall(frame(DATA, 1 if start + 16384 >= len(body) else 0, self.stream, part))
            answer = json.loads(self._answer())
        except OSError as error:
            raise Gone(str(error)) from error
        if "error" in answer:
            raise Refused(answer["error"].get("code", "?"))
        return answer

    def _read(self, count: int) -> bytes:
        while len(self.rest) < count:
            part = self.socket.recv(1 << 16)
            if not part:
                raise Gone("the connection ended")
            self.rest += part
        found, self.rest = self.rest[:count], self.rest[count:]
        return found

    def _answer(self) -> bytes:
        body = b""
        while True:
            head = self._read(9)
            size, kind, flags = int.from_bytes(head[:3], "big"), head[3], head[4]
            stream, payload = int.from_bytes(head[5:], "big"), self._read(size)
            if kind == SETTINGS and not flags & 1:
                self.socket.sendall(frame(SETTINGS, 1, 0, b""))
            elif kind == PING and not flags & 1:
                self.socket.sendall(frame(PING, 1, 0, payload))
            elif kind == GOAWAY or (kind == RESET and stream == self.stream):
                raise Gone("the rail ended the call")
            elif stream == self.stream and kind == DATA:
                body += payload
                if len(body) >= 5 and len(body) >= 5 + int.from_bytes(body[1:5], "big"):
                    return body[5:5 + int.from_bytes(body[1:5], "big")]
            if stream == self.stream and kind == HEADERS and flags & 1:
                raise Gone("no answer, only a status")
