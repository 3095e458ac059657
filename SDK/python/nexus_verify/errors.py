"""The one error of this package: a code from the format pages, a place and a message."""


class NexusError(Exception):
    """A refusal. ``code`` is the code of the format pages (``base.too-large``, ``evidence.mismatch``, ...).

    ``place`` says where in the document (``terms[0].name``), ``detail`` what is wrong there, for people.
    """

    def __init__(self, code: str, detail: str, place: str = "") -> None:
        self.code = code
        self.place = place
        self.detail = detail
        super().__init__(f"{code}: {self.message}")

    @property
    def message(self) -> str:
        return f"{self.place}: {self.detail}" if self.place else self.detail


def require(condition: bool, code: str, detail: str, place: str = "") -> None:
    """Raises ``code`` unless ``condition`` holds."""
    if not condition:
        raise NexusError(code, detail, place)
