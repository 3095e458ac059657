import sys
from pathlib import Path

import pytest

CLIENT = Path(__file__).resolve().parent.parent
# Both packages from the checkout, also where neither is installed.
sys.path[:0] = [str(CLIENT), str(CLIENT.parent), str(CLIENT / "tests")]
pytest.importorskip("httpx")
