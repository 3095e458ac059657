"""An independent offline verifier of Nexus evidence packs and proofs of computation, written from Documentation/Formats alone."""

from .errors import NexusError
from .genesis import TrustFile, read_trust_file
from .proof import verify_proof
from .proof_header import header_of_network
from .proof_statement import read_statement
from .proof_v2 import verify_proof_v2
from .report import CHECKS, Check, Report
from .verify import verify_pack

__all__ = ["CHECKS", "Check", "NexusError", "Report", "TrustFile", "header_of_network", "read_statement",
           "read_trust_file", "verify_pack", "verify_proof", "verify_proof_v2"]
__version__ = "0.1.0"
