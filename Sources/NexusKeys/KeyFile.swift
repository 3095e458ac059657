package import NexusBase

/// One private key, as key-file-v1 keeps it.
package struct KeyFile: Sendable, CustomStringConvertible {
    package let suite: KeySuite
    package let publicKey: [UInt8]
    package let privateKey: SecretBytes
    package let created: Instant
    package let comment: Text?

    /// A fresh key from the system's generator. Throws `keys.malformed` for a comment past its limit.
    package static func generate(_ suite: KeySuite, created: Instant, comment: Text? = nil) throws -> KeyFile {
        try KeyFile(suite, privateKey: suite.generate(), created: created, comment: comment)
    }

    /// A key made elsewhere, raw. Throws `keys.malformed` if it is none of the suite.
    package init(_ suite: KeySuite, privateKey: [UInt8], created: Instant, comment: Text? = nil) throws {
        guard privateKey.count == KeyLimits.privateBytes, let publicKey = suite.publicKey(of: privateKey) else {
            throw KeyError(.malformed, "not a raw \(suite.rawValue) private key", at: "private")
        }
        guard (comment?.utf8.count ?? 0) <= KeyLimits.commentBytesMax else {
            throw KeyError(.malformed, "more than \(KeyLimits.commentBytesMax) bytes", at: "comment")
        }
        self.suite = suite
        self.publicKey = publicKey
        self.privateKey = SecretBytes(privateKey)
        self.created = created
        self.comment = comment
    }

    package var description: String { "\(suite.rawValue) key \(Base64.encode(publicKey)), private part withheld" }

    var fileBytes: [UInt8] {
        let json: JSON = [
            "comment": comment.map { .string($0) }, "created": created.json, "format": "nexus-key-v1",
            "private": .base64(privateKey.bytes), "public": .base64(publicKey), "suite": .text(suite.rawValue),
        ]
        return json.canonicalBytes
    }

    init(parsing bytes: [UInt8]) throws {
        do {
            var fields = try Fields(JSON(parsingCanonical: bytes, bytesMax: KeyLimits.fileBytesMax), at: "")
            guard try fields.text("format", bytesMax: 64) == "nexus-key-v1" else {
                throw KeyError(.malformed, "another format than nexus-key-v1", at: "format")
            }
            let publicKey = try fields.bytes("public", countMax: KeyLimits.publicBytesMax)
            try self.init(
                fields.choice("suite"), privateKey: fields.bytes("private", countMax: KeyLimits.privateBytes),
                created: fields.instant("created"),
                comment: fields.optionalText("comment", bytesMax: KeyLimits.commentBytesMax))
            try fields.finish()
            guard publicKey == self.publicKey else {
                throw KeyError(.mismatch, "the public key is not that of the private key", at: "public")
            }
        } catch let error as BaseError {
            // Its message and cause are left out: they may quote the file. A place is a name or an offset.
            throw KeyError(.malformed, "not what key-file-v1 describes", at: error.place)
        }
    }
}

extension KeyFile {
    /// Reads a key file. Throws `keys.not-found`, `keys.open-mode`, `keys.malformed`, `keys.wrong-suite`,
    /// `keys.mismatch`, `keys.io`. Blocks.
    package static func read(_ path: String, as suite: KeySuite) throws -> KeyFile {
        let key = try KeyFile(parsing: PrivateFile.read(path, bytesMax: KeyLimits.fileBytesMax))
        guard key.suite == suite else {
            let message = "\(path) holds a key for \(key.suite.rawValue), not \(suite.rawValue)"
            throw KeyError(.wrongSuite, message, at: "suite")
        }
        return key
    }

    /// Writes the file with mode 0600, atomically, and makes its folder with mode 0700 if it is missing.
    /// Durable on return. Throws `keys.exists` unless `replacing`, `keys.open-mode`, `keys.io`. Blocks.
    package func write(to path: String, replacing: Bool = false) throws {
        try PrivateFile.write(fileBytes, to: path, replacing: replacing)
    }

    /// The key at `path`, made and written first if there is none. Throws as `read` and `write` do. Blocks.
    package static func readOrGenerate(_ path: String, as suite: KeySuite, now: Instant) throws -> KeyFile {
        do { return try read(path, as: suite) } catch let error as KeyError where error.code == .notFound {
            try KeyFile.generate(suite, created: now).write(to: path)
            return try read(path, as: suite)
        }
    }
}
