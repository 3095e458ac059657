package import NexusBase
package import NexusTrust

/// One private key, as key-file-v1 and key-file-v2 keep it.
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
        guard privateKey.count == suite.privateBytes, let publicKey = suite.publicKey(of: privateKey) else {
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

    /// The file without a passphrase: version 1 where that has room for the suite, else version 2.
    var fileBytes: [UInt8] {
        var object = publicFields
        object["format"] = .text(suite.isOfVersion1 ? "nexus-key-v1" : "nexus-key-v2")
        object["private"] = .base64(privateKey.bytes)
        return JSON.object(object).canonicalBytes
    }

    /// The file under a passphrase.
    func fileBytes(_ passphrase: SecretBytes) throws -> [UInt8] {
        var object = publicFields
        object["format"] = "nexus-key-v2"
        object["protection"] = try KeyProtection().seal(privateKey, in: object, passphrase: passphrase)
        return JSON.object(object).canonicalBytes
    }

    private var publicFields: JSONObject {
        var object: JSONObject = [
            "created": created.json, "public": .base64(publicKey), "suite": .text(suite.rawValue),
        ]
        object["comment"] = comment.map { .string($0) }
        return object
    }

    init(parsing bytes: [UInt8], passphrase: SecretBytes? = nil) throws {
        do {
            let json = try JSON(parsingCanonical: bytes, bytesMax: KeyLimits.fileBytesMax)
            var fields = try Fields(json, at: "")
            let format = try fields.text("format", bytesMax: 64)
            guard format == "nexus-key-v1" || format == "nexus-key-v2" else {
                throw KeyError(.malformed, "another format than nexus-key-v1 and nexus-key-v2", at: "format")
            }
            let publicKey = try fields.bytes("public", countMax: KeyLimits.publicBytesMax)
            let suite: KeySuite = try fields.choice("suite")
            guard suite.isOfVersion1 || format == "nexus-key-v2" else {
                throw KeyError(.malformed, "version 1 has no such suite", at: "suite")
            }
            let secret: [UInt8]
            if format == "nexus-key-v2",
                let protection = try fields.optionalObject("protection", { try KeyProtection(&$0) })
            {
                secret = try protection.open(json, passphrase: passphrase)
            } else {
                secret = try fields.bytes("private", countMax: KeyLimits.privateBytesMax)
            }
            try self.init(
                suite, privateKey: secret, created: fields.instant("created"),
                comment: fields.optionalText("comment", bytesMax: KeyLimits.commentBytesMax))
            try fields.finish()
            guard publicKey == self.publicKey else {
                throw KeyError(.mismatch, "the public key is not that of the private key", at: "public")
            }
        } catch let error as BaseError {
            // Its message and cause are left out: they may quote the file. A place is a name or an offset.
            throw KeyError(.malformed, "not what key-file-v1 or v2 describes", at: error.place)
        }
    }
}

extension KeyFile {
    /// Reads a key file of any suite. Throws `keys.not-found`, `keys.open-mode`, `keys.malformed`, `keys.mismatch`,
    /// `keys.locked`, `keys.wrong-passphrase`, `keys.io`. Blocks; under a passphrase for a good part of a second.
    package static func read(_ path: String, passphrase: SecretBytes? = nil) throws -> KeyFile {
        try KeyFile(parsing: PrivateFile.read(path, bytesMax: KeyLimits.fileBytesMax), passphrase: passphrase)
    }

    /// The same for a suite that is known before. Throws `keys.wrong-suite` for another.
    package static func read(_ path: String, as suite: KeySuite, passphrase: SecretBytes? = nil) throws -> KeyFile {
        try read(path, passphrase: passphrase).required(suite, at: path)
    }

    private func required(_ suite: KeySuite, at path: String) throws -> KeyFile {
        guard self.suite == suite else {
            let message = "\(path) holds a key for \(self.suite.rawValue), not \(suite.rawValue)"
            throw KeyError(.wrongSuite, message, at: "suite")
        }
        return self
    }

    /// Writes the file with mode 0600, atomically, and makes its folder with mode 0700 if it is missing.
    /// Durable on return. Throws `keys.exists` unless `replacing`, `keys.open-mode`, `keys.malformed` for a passphrase
    /// that is empty or too long, `keys.io`. Blocks.
    package func write(to path: String, passphrase: SecretBytes? = nil, replacing: Bool = false) throws {
        let bytes = try passphrase.map(fileBytes) ?? fileBytes
        try PrivateFile.write(bytes, to: path, replacing: replacing)
    }

    /// The key as it signs, or nil for a suite that signs nothing.
    package var signingKey: SigningKey? {
        suite.signatureSuite.flatMap { try? SigningKey(suite: $0, secret: privateKey.bytes) }
    }

    /// A key that signs, of whatever suite it is; made of `suite` and written first if there is none. Throws as `read`
    /// and `write` do, and `keys.wrong-suite` for a key that signs nothing. Blocks.
    package static func signingKey(
        _ path: String, orMade suite: KeySuite, now: Instant, passphrase: SecretBytes? = nil
    ) throws -> KeyFile {
        let key = try readOrMade(path, suite, now, passphrase)
        guard key.signingKey != nil else {
            throw KeyError(.wrongSuite, "a key for \(key.suite.rawValue) signs nothing", at: path)
        }
        return key
    }

    /// The key as it signs. Throws `keys.wrong-suite` for a suite that signs nothing.
    package func signer() throws -> SigningKey {
        guard let signingKey else { throw KeyError(.wrongSuite, "a key for \(suite.rawValue) signs nothing") }
        return signingKey
    }

    /// The key at `path`, made and written first if there is none. Throws as `read` and `write` do. Blocks.
    package static func readOrGenerate(
        _ path: String, as suite: KeySuite, now: Instant, passphrase: SecretBytes? = nil
    ) throws -> KeyFile {
        try readOrMade(path, suite, now, passphrase).required(suite, at: path)
    }

    /// The key at `path`, of whatever suite it is; one of `suite` is made and written first if there is none.
    private static func readOrMade(
        _ path: String, _ suite: KeySuite, _ now: Instant, _ passphrase: SecretBytes?
    ) throws -> KeyFile {
        do { return try read(path, passphrase: passphrase) } catch let error as KeyError where error.code == .notFound {
            try KeyFile.generate(suite, created: now).write(to: path, passphrase: passphrase)
            return try read(path, passphrase: passphrase)
        }
    }
}
