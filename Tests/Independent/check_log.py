"""Checks a tiled transparency log in a folder, written from C2SP's and our format pages alone.

    check_log.py FOLDER VERIFIER-KEY [ORIGIN]

Prints the size and root that the checkpoint signs; any doubt is an error. Needs the package `cryptography`.
"""
import base64
import hashlib
import os
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tree_hash(hashes):
    """RFC 6962 section 2.1, recursively as it is written there."""
    if not hashes:
        return sha()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha(b"\x01", tree_hash(hashes[:split]), tree_hash(hashes[split:]))


def path(kind, index, width):
    groups = ["%03d" % (index % 1000)]
    while index >= 1000:
        index //= 1000
        groups.insert(0, "x%03d" % (index % 1000))
    return "tile/%s/%s%s" % (kind, "/".join(groups), "" if width == 256 else ".p/%d" % width)


def main(folder, key_text, origin=None):
    def read(name):
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()

    name, key_id, key = key_text.split("+", 2)
    key = base64.b64decode(key, validate=True)
    assert key[0] == 1 and sha(name.encode(), b"\n", key)[:4].hex() == key_id, "verifier key"
    text, signatures = read("checkpoint").decode().rsplit("\n\n", 1)
    text += "\n"
    verified = 0
    for line in signatures.splitlines():
        dash, signer, signature = line.split(" ")
        signature = base64.b64decode(signature, validate=True)
        if dash == "\u2014" and signer == name and signature[:4].hex() == key_id:
            Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], text.encode())
            verified += 1
    assert verified, "no signature by the key"
    lines = text.splitlines()
    assert lines[0] == (origin or name), "origin"
    size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)

    leaves = []
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        bundle, entries = read(path("entries", index, width)), []
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            assert len(bundle) >= 2 + length, "bundle"
            entries.append(bundle[2:2 + length])
            bundle = bundle[2 + length:]
        assert len(entries) == width, "bundle width"
        leaves += [sha(b"\x00", entry) for entry in entries]
    assert tree_hash(leaves) == root, "root"

    level, hashes = 0, leaves
    while hashes:
        for index in range((len(hashes) + 255) // 256):
            part = hashes[index * 256:index * 256 + 256]
            assert read(path(level, index, len(part))) == b"".join(part), "tile %d/%d" % (level, index)
        hashes = [tree_hash(hashes[at:at + 256]) for at in range(0, len(hashes) // 256 * 256, 256)]
        level += 1
    print(size, root.hex())


if __name__ == "__main__":
    main(*sys.argv[1:])
