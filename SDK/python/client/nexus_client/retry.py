"""When a request is sent again, and after how long."""

import random
from dataclasses import dataclass, field

RETRIED_STATUSES = frozenset({408, 429, 502, 503, 504})


@dataclass(frozen=True)
class Retry:
    """Exponential waits with full jitter. Only requests that may be repeated are: reads, and writes with a key."""

    tries: int = 5
    first_wait: float = 0.2
    longest_wait: float = 10.0
    draw: random.Random = field(default_factory=random.Random, repr=False, compare=False)

    def wait(self, failures: int, retry_after: str | None = None) -> float:
        """Seconds before the next try, after so many failures. What the server asks for is the least."""
        drawn = self.draw.uniform(0, min(self.longest_wait, self.first_wait * 2 ** (failures - 1)))
        asked = float(retry_after) if retry_after and retry_after.isdigit() else 0.0
        return max(drawn, min(asked, self.longest_wait))
