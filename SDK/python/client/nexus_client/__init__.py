"""A client of a Nexus rail: submit, watch, fetch evidence, and verify it offline with ``nexus-verify``."""

from .asynchronous import AsyncClient
from .errors import NexusProblem, NotVerified, Unreachable
from .evidence import Evidence
from .models import Change, Clause, Input, Job, JobList, Node, Submitted
from .retry import Retry
from .synchronous import Client

__all__ = ["AsyncClient", "Change", "Clause", "Client", "Evidence", "Input", "Job", "JobList", "NexusProblem", "Node",
           "NotVerified", "Retry", "Submitted", "Unreachable"]
__version__ = "0.1.0"
