"""Measures NexusTrust's verifications beside the primitives alone, and credentials beside PyPI's didkit, in one run.

    pip install didkit
    NEXUS_FLOORS=core swift build -c release --package-path Benchmarks/trust
    python3 Benchmarks/trust/run.py

didkit (Rust, through its Python binding) reads the older data model: its credential is a like claim under VC 1.1 with an
Ed25519 key, as a JWT and with a linked-data proof, which canonicalises RDF. Both sides resolve did:key anew at
each verification. Of several rounds the fastest counts, on both sides; one thread.
"""

import asyncio
import json
import os
import pathlib
import subprocess
import time

HERE = pathlib.Path(__file__).parent


def ours():
    program = HERE / ".build" / "release" / "trust-benchmark"
    text = subprocess.run([program], capture_output=True, check=True, text=True).stdout
    return [json.loads(line) for line in text.splitlines()]


async def peer():
    import didkit

    key = didkit.generate_ed25519_key()
    did = didkit.key_to_did("key", key)
    method = await didkit.key_to_verification_method("key", key)
    claim = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"], "issuer": did, "issuanceDate": "2026-01-01T00:00:00Z",
        "expirationDate": "2027-01-01T00:00:00Z", "credentialSubject": {"id": "did:example:operator"},
    }
    rates = {}
    for form in ("jwt", "ldp"):
        options = {"proofPurpose": "assertionMethod", "verificationMethod": method, "proofFormat": form}
        signed = await didkit.issue_credential(json.dumps(claim), json.dumps(options), key)
        check = json.dumps({"proofPurpose": "assertionMethod", "proofFormat": form})
        result = json.loads(await didkit.verify_credential(signed, check))
        if result["errors"]:
            raise SystemExit(f"didkit refuses its own {form}: {result}")
        best = 0.0
        for _ in range(7):
            begun, count = time.perf_counter(), 0
            while time.perf_counter() - begun < 0.25:
                await didkit.verify_credential(signed, check)
                count += 1
            best = max(best, count / (time.perf_counter() - begun))
        rates[form] = best
    return didkit.get_version(), rates


def main():
    for one in ours():
        shares = [f"{k} {v}/s ({100 * v / one['primitive']:.0f} %)" for k, v in one.items() if k not in ("case", "primitive")]
        print(f"{one['case']}: primitive {one['primitive']}/s, " + ", ".join(shares))
    try:
        version, rates = asyncio.run(peer())
    except ImportError:
        print("skipped: didkit is not installed")
        return
    print(f"didkit {version}, Ed25519: JWT {rates['jwt']:.0f}/s, linked-data proof {rates['ldp']:.0f}/s", flush=True)
    # Its threads outlive the interpreter's shutdown and abort it.
    os._exit(0)


if __name__ == "__main__":
    main()
