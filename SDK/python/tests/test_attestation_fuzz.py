"""Mutated certificates, lists, reports, quotes, collateral and TPM structures: read, or refused with a code, nothing else.

NEXUS_FUZZ and NEXUS_FUZZ_SEED: how many mutations a reader (a tenth of the number), and their seed.
"""

import base64
import dataclasses
import os
import random

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from machines import AT, DCAP, SNP, TPM, document
from test_attestation import golden_tpm

from nexus_verify import NexusError, attestation, certificate, dcap_collateral, dcap_quote, snp_report, tpm

COUNT = max(1, int(os.environ.get("NEXUS_FUZZ", "2000")) // 10)
INTEL_EXTENSION = "1.2.840.113741.1.13.1"
SEED = int(os.environ.get("NEXUS_FUZZ_SEED", "1"))


def decoded(text: str) -> bytes:
    return base64.b64decode(text)


PCK = DCAP().pck.der


# TPMT_PUBLIC of an RSA key that signs with RSASSA and SHA-256.
RSA_OF_TPM = bytes.fromhex("0001000b00050072000000100014000b080000000000") + b"\x01\x00" + (
    rsa.generate_private_key(65537, 2048).public_key().public_numbers().n.to_bytes(256, "big"))


def inputs() -> dict:
    """Reader and good inputs, by name."""
    amd, intel, enclave, chip = SNP(), DCAP(), DCAP(version=3, sgx=True), TPM()
    amd.lists = [amd.ark.revoke(3, 4)]
    values = [amd.value(), intel.value(), DCAP(version=5).value(), enclave.value(), chip.value()]
    collateral = values[1]["collateral"]
    return {
        "certificate": (lambda data: certificate.read_certificate(data, ""), [
            decoded(values[0]["certificates"][0]), amd.ark.der, intel.pck.der, chip.endorsement.der,
            *[decoded(one) for one in golden_tpm()[0]["certificates"]]]),
        "revocation list": (lambda data: certificate.read_revocation_list(data, ""), [*amd.lists, *intel.lists]),
        "report": (snp_report.read_report, [decoded(values[0]["report"])]),
        "quote": (dcap_quote.read_quote, [decoded(one["quote"]) for one in values[1:4]]),
        "tcb info": (dcap_collateral.read_tcb_info, [decoded(collateral["tcbInfo"])]),
        "identity": (dcap_collateral.read_identity, [decoded(collateral["qeIdentity"])]),
        "platform": (platform, [certificate.read_certificate(intel.pck.der, "").extensions[INTEL_EXTENSION]]),
        "tpm key": (tpm.read_key, [decoded(values[4]["attestationKey"]), RSA_OF_TPM]),
        "tpm quote": (tpm.read_quote, [decoded(values[4]["quote"])]),
        "document": (lambda data: attestation.verify_evidence(data, AT), [document(one) for one in values]),
        "reference values": (attestation.read_reference_values, [document({"rules": [amd.rule(), intel.rule(), chip.rule()]})]),
    }


def platform(data: bytes):
    """What a PCK certificate says of its platform, whatever else stands in it."""
    holder = dataclasses.replace(certificate.read_certificate(PCK, ""), extensions={INTEL_EXTENSION: data})
    return dcap_collateral.read_platform(holder)


INPUTS = inputs()


def mutated(data: bytes, draw: random.Random) -> bytes:
    bad = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        place, how = draw.randrange(len(bad) + 1), draw.randrange(6)
        if how == 0 and place < len(bad):
            bad[place] ^= 1 << draw.randrange(8)
        elif how == 1 and place < len(bad):
            bad[place] = draw.choice((0, 1, 0x7F, 0x80, 0x81, 0x82, 0x30, 0xFF))
        elif how == 2:
            bad[place : place + draw.choice((1, 2, 8))] = b""
        elif how == 3:
            bad[place:place] = draw.randbytes(draw.choice((1, 2, 8)))
        elif how == 4:
            start = draw.randrange(len(bad) + 1)
            bad[place:place] = bad[start : start + draw.randrange(64)]
        else:
            del bad[place:]
        if not bad:
            bad = bytearray(data)
    return bytes(bad)


@pytest.mark.parametrize("name", INPUTS)
def test_mutated_input_is_read_or_refused_with_a_code(name):
    read, good = INPUTS[name]
    for one in good:
        if name != "document":
            read(one)
    draw, refused = random.Random(f"{SEED} {name}"), 0
    for _ in range(COUNT):
        data = mutated(draw.choice(good), draw)
        try:
            read(data)
        except NexusError as error:
            assert error.code.startswith("attestation."), error.code
            refused += 1
    assert refused > COUNT // 20


def test_keys_of_rsa_that_are_none_are_refused_with_a_code():
    exponent = RSA_OF_TPM.index(bytes(4), 18)
    for bad in ((1).to_bytes(4, "big"), (2).to_bytes(4, "big"), (4).to_bytes(4, "big")):
        with pytest.raises(NexusError, match="attestation.malformed-tpm"):
            tpm.read_key(RSA_OF_TPM[:exponent] + bad + RSA_OF_TPM[exponent + 4 :])
    maker = decoded(golden_tpm()[0]["certificates"][-1])
    modulus = maker.index(b"\x02\x82\x01\x81\x00")
    for first in (b"\x80", b"\xf0", b"\xff"):
        with pytest.raises(NexusError, match="attestation.malformed-certificate"):
            certificate.read_certificate(maker[: modulus + 4] + first + maker[modulus + 5 :], "")
