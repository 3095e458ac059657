import Crypto
import CryptoExtras
import Foundation
import NexusBase

/// How a private key is kept under a passphrase: scrypt (RFC 7914) and ChaCha20-Poly1305, as key-file-v2 says.
struct KeyProtection {
    let cost: Int
    let lanes: Int
    let salt: [UInt8]
    let nonce: [UInt8]
    let ciphertext: [UInt8]

    /// Fresh salt and nonce, for one writing.
    init() {
        cost = KeyLimits.scryptCost
        lanes = 1
        salt = SecretBytes.random(32)
        nonce = SecretBytes.random(12)
        ciphertext = []
    }

    init(_ fields: inout Fields) throws {
        guard try fields.text("kdf", bytesMax: 16) == "scrypt" else {
            throw KeyError(.malformed, "scrypt is read", at: fields.path("kdf"))
        }
        guard try fields.text("cipher", bytesMax: 32) == "chacha20-poly1305" else {
            throw KeyError(.malformed, "chacha20-poly1305 is read", at: fields.path("cipher"))
        }
        cost = try fields.integer("n")
        lanes = try fields.integer("p")
        guard KeyLimits.scryptCosts.contains(cost), cost.nonzeroBitCount == 1, KeyLimits.scryptLanes.contains(lanes),
            try fields.integer("r") == 8
        else { throw KeyError(.malformed, "costs outside what is read", at: fields.place) }
        salt = try fields.bytes("salt", countMax: 32)
        nonce = try fields.bytes("nonce", countMax: 12)
        ciphertext = try fields.bytes("ciphertext", countMax: KeyLimits.privateBytesMax + 16)
        guard salt.count == 32, nonce.count == 12, ciphertext.count > 16 else {
            throw KeyError(.malformed, "a salt has 32 bytes, a nonce 12, a tag 16", at: fields.place)
        }
    }

    private var parameters: JSONObject {
        [
            "cipher": "chacha20-poly1305", "kdf": "scrypt", "n": .int(cost), "nonce": .base64(nonce), "p": .int(lanes),
            "r": 8, "salt": .base64(salt),
        ]
    }

    private func key(_ passphrase: SecretBytes) throws -> SymmetricKey {
        guard (1...KeyLimits.passphraseBytesMax).contains(passphrase.bytes.count) else {
            throw KeyError(.malformed, "a passphrase has 1 to \(KeyLimits.passphraseBytesMax) bytes")
        }
        return try KDF.Scrypt.deriveKey(
            from: passphrase.bytes, salt: salt, outputByteCount: 32, rounds: cost, blockSize: 8, parallelism: lanes)
    }

    /// The file that is authenticated: all of it but the ciphertext.
    private func bound(_ file: JSONObject) -> [UInt8] {
        var file = file
        file["protection"] = .object(parameters)
        return JSON.object(file).canonicalBytes
    }

    /// The field `protection` of a file whose other fields are `file`.
    func seal(_ secret: SecretBytes, in file: JSONObject, passphrase: SecretBytes) throws -> JSON {
        let box = try ChaChaPoly.seal(
            secret.bytes, using: key(passphrase), nonce: ChaChaPoly.Nonce(data: nonce), authenticating: bound(file))
        var object = parameters
        object["ciphertext"] = .base64(Array(box.ciphertext) + Array(box.tag))
        return .object(object)
    }

    /// Throws `keys.locked` without a passphrase, `keys.wrong-passphrase`.
    func open(_ file: JSON, passphrase: SecretBytes?) throws -> [UInt8] {
        guard let passphrase else { throw KeyError(.locked, "the key is under a passphrase") }
        guard case .object(let object) = file else { throw KeyError(.malformed, "an object is needed") }
        let key = try self.key(passphrase)
        let box = try ChaChaPoly.SealedBox(
            nonce: ChaChaPoly.Nonce(data: nonce), ciphertext: ciphertext.dropLast(16), tag: ciphertext.suffix(16))
        guard let opened = try? ChaChaPoly.open(box, using: key, authenticating: bound(object)) else {
            throw KeyError(.wrongPassphrase, "another passphrase, or a changed file")
        }
        return Array(opened)
    }
}
