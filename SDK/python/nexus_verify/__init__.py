"""An independent offline verifier of Nexus evidence packs, written from Documentation/Formats alone."""

from .errors import NexusError
from .genesis import TrustFile, read_trust_file
from .report import CHECKS, Check, Report
from .verify import verify_pack

__all__ = ["CHECKS", "Check", "NexusError", "Report", "TrustFile", "read_trust_file", "verify_pack"]
__version__ = "0.1.0"
