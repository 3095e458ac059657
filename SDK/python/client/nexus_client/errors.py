"""What can go wrong, by kind: the rail said no, the rail was not reached, the evidence does not hold."""


class NexusProblem(Exception):
    """The rail's answer to a request that it refused: a problem document (RFC 9457)."""

    def __init__(self, status: int, code: str, detail: str, place: str | None = None, request_id: str | None = None):
        where = f" at {place}" if place else ""
        super().__init__(f"{status} {code}{where}: {detail}")
        self.status, self.code, self.detail, self.place, self.request_id = status, code, detail, place, request_id


class Unreachable(Exception):
    """No answer, or none that could be used, after all tries."""


class NotVerified(Exception):
    """An evidence pack was fetched and refused; ``report`` says by which check."""

    def __init__(self, report):
        failed = report.failed
        super().__init__(f"refused at {failed.name}: {failed.code}" if failed else "refused")
        self.report = report
