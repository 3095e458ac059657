public import NexusBase
public import NexusTrust

/// A journal record of which only a part is read: one event of a submission, a job's statements among a message of
/// answers, a job's place in a sealed rollup. A record may hold a thousand others.
///
/// What is read is read as strictly as by ``InputRecord``; the rest is skipped. For records whose chain was checked.
public struct RecordExcerpt: Sendable {
    public let kind: Text
    private let bytes: [UInt8]
    private let sequence: Int
    private let record: Range<Int>
    private let input: Range<Int>

    /// Throws `base.malformed-json`, `orchestration.bad-record`.
    public init(_ bytes: [UInt8], sequence: Int) throws {
        self.bytes = bytes
        self.sequence = sequence
        record = 0..<bytes.count
        let (input, kind) = try bytes.withUnsafeBufferPointer { buffer in
            let skim = JSONSkim(buffer)
            let input = try Self.present(skim.member("input", of: 0..<buffer.count), "input")
            return (input, try Self.present(skim.member("kind", of: input), "input.kind"))
        }
        guard case .string(let name) = try JSON(parsing: Array(bytes[kind])) else {
            throw OrchestrationError(.badRecord, "a kind is text", at: "record[\(sequence)].input.kind")
        }
        self.input = input
        self.kind = name
    }

    private static func present<Value>(_ value: Value?, _ place: String) throws -> Value {
        guard let value else { throw OrchestrationError(.badRecord, "the record lacks a field", at: place) }
        return value
    }

    private func json(at range: Range<Int>) throws -> JSON {
        try JSON(parsing: Array(bytes[range]), bytesMax: OrchestrationLimits.recordBytesMax)
    }

    private func member(_ key: StaticString, of object: Range<Int>) throws -> JSON {
        let range = try bytes.withUnsafeBufferPointer { try JSONSkim($0).member(key, of: object) }
        return try json(at: Self.present(range, "\(key)"))
    }

    private func elements(_ key: StaticString) throws -> [Range<Int>] {
        try bytes.withUnsafeBufferPointer { buffer in
            let skim = JSONSkim(buffer)
            return try skim.elements(of: Self.present(skim.member(key, of: input), "\(key)"))
        }
    }

    private func expect(_ kind: Text) throws {
        guard self.kind == kind else {
            throw OrchestrationError(.badRecord, "a record of \(self.kind), not \(kind)", at: "record[\(sequence)]")
        }
    }

    /// The context of the step, without its caller.
    public func context() throws -> StepContext {
        let object: JSON = ["entropy": try member("entropy", of: record), "now": try member("now", of: record)]
        var fields = try Fields(object, at: "record[\(sequence)]")
        let context = StepContext(
            now: try fields.instant("now"), entropy: try fields.bytes("entropy", countMax: 32), sequence: sequence)
        guard context.entropy.count == 32 else {
            throw OrchestrationError(.badRecord, "the entropy of a step has 32 bytes", at: fields.path("entropy"))
        }
        return context
    }

    /// Event `index` of a submission. Throws `orchestration.bad-record` if there is none.
    public func event(at index: Int) throws -> Event {
        try expect("submitted")
        let events = try elements("events")
        guard events.indices.contains(index) else {
            throw OrchestrationError(.badRecord, "no event \(index)", at: "record[\(sequence)]")
        }
        return try Event(json: json(at: events[index]), at: "record[\(sequence)].events[\(index)]")
    }

    /// The nodes' statements among answers, in order; only those for `tokens`, if any are given. None where the record
    /// holds no answers.
    public func statements(of tokens: Set<Digest>? = nil) throws -> [Envelope] {
        guard kind == "answered" else { return [] }
        var found: [Envelope] = []
        for range in try elements("answers") {
            if let tokens, try !tokens.contains(token(ofAnswerAt: range)) { continue }
            guard case .object(let answer) = try json(at: range), let statement = answer["statement"] else { continue }
            found.append(try Envelope(json: statement, at: "record[\(sequence)].answers.statement"))
        }
        return found
    }

    /// An answer's token is its last member, whatever else it has: `"token":"sha256:<64 digits>"}`.
    private func token(ofAnswerAt range: Range<Int>) throws -> Digest {
        let head = Array("\"token\":\"".utf8)
        let start = range.upperBound - 2 - 71
        guard start - head.count > range.lowerBound, bytes[(start - head.count)..<start].elementsEqual(head) else {
            throw OrchestrationError(.badRecord, "an answer ends with its token", at: "record[\(sequence)]")
        }
        return try Digest(parsing: Text(String(decoding: bytes[start..<(range.upperBound - 2)], as: UTF8.self)))
    }

    /// The signed rollup of a seal, and the quorum statement of its leaf. Throws `orchestration.bad-record` if there is
    /// none.
    public func sealed(leaf: Int) throws -> (rollup: Envelope, statement: [UInt8]) {
        try expect("sealed")
        let statements = try elements("statements")
        guard statements.indices.contains(leaf), case .string(let text) = try json(at: statements[leaf]) else {
            throw OrchestrationError(.badRecord, "no statement \(leaf)", at: "record[\(sequence)]")
        }
        let envelope = try Envelope(json: member("envelope", of: input), at: "record[\(sequence)].envelope")
        return (envelope, try Base64.decode(text.string))
    }
}
