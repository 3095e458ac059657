"""Server-sent events (HTML Living Standard, 9.2.6), line by line."""

import json

from .models import Change


class EventReader:
    """Takes lines, gives changes; remembers the last id for the next connection."""

    def __init__(self, last: int | None = None):
        self.last = last
        self._forget()

    def _forget(self) -> None:
        self._kind = "message"
        self._data: list[str] = []
        self._id: int | None = None

    def feed(self, line: str) -> Change | None:
        """The change that this line ends, if it does."""
        if line == "":
            return self._finish()
        if line.startswith(":"):
            return None
        name, _, text = line.partition(":")
        text = text.removeprefix(" ")
        if name == "event":
            self._kind = text
        elif name == "data":
            self._data.append(text)
        elif name == "id" and text.isdigit():
            self._id = int(text)
        return None

    def _finish(self) -> Change | None:
        kind, data, number = self._kind, self._data, self._id
        self._forget()
        if not data:
            return None
        parsed = json.loads("\n".join(data))
        if number is not None:
            self.last = number
        return Change(number, kind, parsed if isinstance(parsed, dict) else {"value": parsed})

    @property
    def headers(self) -> dict[str, str]:
        headers = {"Accept": "text/event-stream"}
        if self.last is not None:
            headers["Last-Event-ID"] = str(self.last)
        return headers
