package import NexusBase

/// The tokens of a rail, `tokens.json` in its folder: hashes only (Documentation/Formats/token-file-v1.md).
package struct TokenFile: Sendable {
    package struct Entry: Sendable {
        package let id: Text
        package let name: Text
        package let roles: [Role]
        let hash: Digest
        package let createdAt: Instant
        package let expiresAt: Instant?
        package var revokedAt: Instant?

        package func isValid(at now: Instant) -> Bool { revokedAt == nil && expiresAt.map { now < $0 } ?? true }
    }

    static let format: Text = "nexus.tokens/v1"
    package private(set) var entries: [Entry]

    package init() { entries = [] }

    /// Throws `base.*`, `api.bad-token-file`.
    package init(parsing bytes: [UInt8]) throws {
        var fields = try Fields(JSON(parsing: bytes, bytesMax: APILimits.tokenFileBytesMax), at: "")
        guard try fields.text("format", bytesMax: 64) == Self.format else {
            throw APIError(.badTokenFile, "another format than \(Self.format)", at: "format")
        }
        entries = try fields.list("tokens", countMax: APILimits.tokensMax) { json, place in
            var fields = try Fields(json, at: place)
            let roles = try fields.list("roles", countMax: Role.allCases.count) { json, place in
                guard case .string(let text) = json, let role = Role(rawValue: text.string) else {
                    throw APIError(.badTokenFile, "no such role", at: place)
                }
                return role
            }
            let entry = Entry(
                id: try fields.text("id", bytesMax: 12),
                name: try fields.text("name", bytesMax: APILimits.tokenNameBytesMax),
                roles: roles, hash: try fields.digest("hash"), createdAt: try fields.instant("createdAt"),
                expiresAt: try fields.optionalInstant("expiresAt"), revokedAt: try fields.optionalInstant("revokedAt"))
            try fields.finish()
            return entry
        }
        try fields.finish()
        guard Set(entries.map(\.id)).count == entries.count else {
            throw APIError(.badTokenFile, "one id stands twice", at: "tokens")
        }
    }

    package var bytes: [UInt8] {
        let json: JSON = [
            "format": .string(Self.format),
            "tokens": .array(
                entries.map { entry in
                    [
                        "createdAt": entry.createdAt.json, "expiresAt": entry.expiresAt?.json, "hash": entry.hash.json,
                        "id": .string(entry.id), "name": .string(entry.name), "revokedAt": entry.revokedAt?.json,
                        "roles": .array(entry.roles.map { .text($0.rawValue) }),
                    ]
                }),
        ]
        return json.canonicalBytes
    }

    /// Takes a new token in. Throws `api.bad-token-file` for a name or roles that no token has.
    package mutating func add(
        _ token: AccessToken, name: Text, roles: [Role], now: Instant, expiresAt: Instant?
    ) throws {
        guard (1...APILimits.tokenNameBytesMax).contains(name.utf8.count),
            name.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw APIError(.badTokenFile, "a name has 1 to 64 visible ASCII characters, no spaces", at: "name") }
        guard !roles.isEmpty, Set(roles).count == roles.count else {
            throw APIError(.badTokenFile, "a token has one role or more, each once", at: "roles")
        }
        guard entries.count < APILimits.tokensMax else {
            throw APIError(.badTokenFile, "a rail has at most \(APILimits.tokensMax) tokens")
        }
        entries.append(
            Entry(id: token.id, name: name, roles: roles, hash: token.hash, createdAt: now, expiresAt: expiresAt))
    }

    /// Throws `api.unknown-token`.
    package mutating func revoke(_ id: Text, now: Instant) throws {
        guard let place = entries.firstIndex(where: { $0.id == id }) else {
            throw APIError(.unknownToken, "there is no token \(id)", at: "id")
        }
        entries[place].revokedAt = entries[place].revokedAt ?? now
    }

    /// The entry of a token, compared in constant time.
    func entry(of token: AccessToken, at now: Instant) -> Entry? {
        let hash = token.hash.bytes
        guard let entry = entries.first(where: { $0.id == token.id }) else { return nil }
        let difference = zip(entry.hash.bytes, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        return difference == 0 && entry.isValid(at: now) ? entry : nil
    }
}
