/// Takes an object apart field by field; what is left at `finish()` is unknown and refused.
///
/// Every error names the path of the field, so a decoder written with `Fields` has places for free.
public struct Fields {
    private let object: JSONObject
    /// Which members were taken: a bit each of the first 64, the places of the others.
    private var taken: UInt64 = 0
    private var takenBeyond: Set<Int> = []
    public let place: String

    /// Throws `base.wrong-type` unless `json` is an object.
    public init(_ json: JSON, at place: String) throws {
        guard case .object(let object) = json else { throw BaseError(.wrongType, "an object is needed", at: place) }
        self.object = object
        self.place = place
    }

    public func path(_ key: Text) -> String { place.isEmpty ? key.string : "\(place).\(key)" }

    /// The names not yet taken.
    public var remaining: [Text] { object.members.indices.filter { !isTaken($0) }.map { object.members[$0].key } }

    /// Throws `base.unknown-field` if anything is left.
    public func finish() throws {
        if let left = object.members.indices.first(where: { !isTaken($0) }) {
            throw BaseError(.unknownField, "this format has no such field", at: path(object.members[left].key))
        }
    }

    /// Takes whatever is left unread: for signed documents of others, whose makers may add fields.
    public mutating func passOver() {
        taken = .max
        takenBeyond = Set(object.members.indices.dropFirst(64))
    }

    private func isTaken(_ index: Int) -> Bool {
        index < 64 ? taken & 1 << UInt64(index) != 0 : takenBeyond.contains(index)
    }

    /// Whether the field is there and not yet taken.
    @usableFromInline
    func has(_ key: Text) -> Bool { object.index(of: key).map { !isTaken($0) } ?? false }

    public mutating func optional(_ key: Text) -> JSON? {
        guard let index = object.index(of: key), !isTaken(index) else { return nil }
        if index < 64 { taken |= 1 << UInt64(index) } else { takenBeyond.insert(index) }
        return object.members[index].value
    }

    public mutating func required(_ key: Text) throws -> JSON {
        guard let value = optional(key) else { throw BaseError(.missingField, "the field is missing", at: path(key)) }
        return value
    }

    private func wrong(_ key: Text, _ needed: String) -> BaseError {
        BaseError(.wrongType, "\(needed) is needed", at: path(key))
    }

    private func text(_ value: JSON, _ key: Text, _ bytesMax: Int) throws -> Text {
        guard case .string(let text) = value else { throw wrong(key, "a string") }
        guard text.utf8.count <= bytesMax else {
            throw BaseError(.tooLarge, "more than \(bytesMax) bytes of text", at: path(key))
        }
        return text
    }

    public mutating func text(_ key: Text, bytesMax: Int = 65_536) throws -> Text {
        try text(required(key), key, bytesMax)
    }

    public mutating func optionalText(_ key: Text, bytesMax: Int = 65_536) throws -> Text? {
        try optional(key).map { try text($0, key, bytesMax) }
    }

    /// One of the raw values of `Value`.
    public mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ key: Text, as type: Value.Type = Value.self
    ) throws -> Value where Value.RawValue == String {
        let text = try text(key)
        guard let value = Value.allCases.first(where: { Text($0.rawValue) == text }) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw BaseError(.wrongType, "\"\(text)\" is none of \(names)", at: path(key))
        }
        return value
    }

    public mutating func integer(_ key: Text, in range: ClosedRange<Int64> = 0...Limits.jsonIntegerMax) throws -> Int {
        guard case .integer(let value) = try required(key), range.contains(value) else {
            throw wrong(key, "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(value)
    }

    public mutating func optionalInteger(
        _ key: Text, in range: ClosedRange<Int64> = 0...Limits.jsonIntegerMax
    ) throws -> Int? {
        has(key) ? try integer(key, in: range) : nil
    }

    public mutating func bool(_ key: Text) throws -> Bool {
        guard case .bool(let value) = try required(key) else { throw wrong(key, "true or false") }
        return value
    }

    public mutating func optionalBool(_ key: Text) throws -> Bool? { has(key) ? try bool(key) : nil }

    public mutating func array(_ key: Text, countMax: Int = 10_000) throws -> [JSON] {
        guard case .array(let elements) = try required(key) else { throw wrong(key, "an array") }
        guard elements.count <= countMax else {
            throw BaseError(.tooLarge, "more than \(countMax) elements", at: path(key))
        }
        return elements
    }

    /// An array, each element read by `body` with its own path.
    @inlinable
    public mutating func list<Element>(
        _ key: Text, countMax: Int = 10_000, _ body: (JSON, String) throws -> Element
    ) throws -> [Element] {
        let here = path(key)
        return try array(key, countMax: countMax).enumerated().map { try body($1, "\(here)[\($0)]") }
    }

    /// An object read by `body` and then finished.
    @inlinable
    public mutating func object<Value>(_ key: Text, _ body: (inout Fields) throws -> Value) throws -> Value {
        var inner = try Fields(required(key), at: path(key))
        let value = try body(&inner)
        try inner.finish()
        return value
    }

    @inlinable
    public mutating func optionalObject<Value>(_ key: Text, _ body: (inout Fields) throws -> Value) throws -> Value? {
        has(key) ? try object(key, body) : nil
    }

    private mutating func parsed<Value>(_ key: Text, bytesMax: Int, _ parse: (Text) throws -> Value) throws -> Value {
        let text = try text(key, bytesMax: bytesMax)
        do { return try parse(text) } catch let error as BaseError { throw error.at(path(key)) }
    }

    public mutating func digest(_ key: Text) throws -> Digest {
        try parsed(key, bytesMax: 100) { try Digest(parsing: $0) }
    }

    public mutating func optionalDigest(_ key: Text) throws -> Digest? { has(key) ? try digest(key) : nil }

    public mutating func instant(_ key: Text) throws -> Instant {
        try parsed(key, bytesMax: 100) { try Instant(parsing: $0) }
    }

    public mutating func optionalInstant(_ key: Text) throws -> Instant? { has(key) ? try instant(key) : nil }

    public mutating func decimal(_ key: Text) throws -> ExactDecimal {
        try parsed(key, bytesMax: 100) { try ExactDecimal(parsing: $0) }
    }

    public mutating func optionalDecimal(_ key: Text) throws -> ExactDecimal? {
        has(key) ? try decimal(key) : nil
    }

    /// Strict base64.
    public mutating func bytes(_ key: Text, countMax: Int = Limits.jsonBytesMax) throws -> [UInt8] {
        try parsed(key, bytesMax: (countMax + 2) / 3 * 4) { try Base64.decode($0.string) }
    }

    public mutating func optionalBytes(_ key: Text, countMax: Int = Limits.jsonBytesMax) throws -> [UInt8]? {
        has(key) ? try bytes(key, countMax: countMax) : nil
    }
}
