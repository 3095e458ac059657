public import NexusBase

/// A map in the order its entries were written; a map from JSON is in RFC 8785 order. Keys are bool, int, uint or
/// string; `1`, `1u` and `1.0` are one key.
public struct PolicyMap: Sendable {
    public private(set) var entries: [(key: PolicyValue, value: PolicyValue)]
    /// For lookup only, never iterated: a dictionary's order differs from run to run.
    private var positions: [Key: Int]

    /// Below this many entries a scan is faster than hashing.
    private static let scanMax = 8

    public init() {
        entries = []
        positions = [:]
    }

    /// Throws `policy.duplicate-key`, or `policy.bad-argument` for a key of another type.
    public init(_ entries: [(PolicyValue, PolicyValue)]) throws {
        self.init()
        for (key, value) in entries { try insert(key, value) }
    }

    /// Members with string keys, each once: what JSON gives.
    init(members: [(key: Text, value: PolicyValue)]) {
        self.init()
        entries.reserveCapacity(members.count)
        for (key, value) in members { append(.string(key), Key.text(key), value) }
    }

    enum Key: Hashable {
        case bool(Bool)
        case negative(Int64)
        case whole(UInt64)
        case text(Text)
    }

    /// Nil where no key can equal the value: a fraction, a list.
    static func key(_ value: PolicyValue) -> Key? {
        switch value {
        case .bool(let value): .bool(value)
        case .int(let value): value < 0 ? .negative(value) : .whole(UInt64(value))
        case .uint(let value): .whole(value)
        case .string(let value): .text(value)
        case .double(let value):
            if let whole = UInt64(exactly: value) { .whole(whole) } else { Int64(exactly: value).map { .negative($0) } }
        case .decimal(let value):
            if value.scale != 0 {
                nil
            } else if let whole = UInt64(exactly: value.coefficient) {
                .whole(whole)
            } else {
                Int64(exactly: value.coefficient).map { .negative($0) }
            }
        default: nil
        }
    }

    mutating func insert(_ key: PolicyValue, _ value: PolicyValue) throws {
        var plain = false
        switch key {
        case .bool, .int, .uint, .string: plain = true
        default: break
        }
        guard plain, let position = Self.key(key) else {
            throw PolicyError(.badArgument, "a map key is a bool, int, uint or string, not \(key.typeName)")
        }
        guard index(of: position) == nil else {
            throw PolicyError(.duplicateKey, "the map has the key \(key.brief) twice")
        }
        append(key, position, value)
    }

    private mutating func append(_ key: PolicyValue, _ position: Key, _ value: PolicyValue) {
        entries.append((key: key, value: value))
        if entries.count == Self.scanMax + 1 {
            for (index, entry) in entries.enumerated() { positions[Self.key(entry.key) ?? position] = index }
        } else if entries.count > Self.scanMax {
            positions[position] = entries.count - 1
        }
    }

    private func index(of key: Key) -> Int? {
        if entries.count > Self.scanMax { return positions[key] }
        return entries.firstIndex { Self.key($0.key) == key }
    }

    public subscript(key: PolicyValue) -> PolicyValue? {
        guard let position = Self.key(key) else { return nil }
        return index(of: position).map { entries[$0].value }
    }

    public subscript(name: Text) -> PolicyValue? {
        if entries.count <= Self.scanMax {
            for index in entries.indices {
                if case .string(let key) = entries[index].key, key.isSame(as: name) { return entries[index].value }
            }
            return nil
        }
        return positions[.text(name)].map { entries[$0].value }
    }

    public var count: Int { entries.count }
}
