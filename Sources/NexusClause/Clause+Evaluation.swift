public import NexusBase
import NexusPolicy

/// A clause made ready to be evaluated many times: its terms are compiled once.
public struct ClauseEvaluator: Sendable {
    public let clause: Clause
    private let terms: [TermExpression]

    public init(_ clause: Clause) throws {
        self.clause = clause
        terms = try clause.terms.map { try TermExpression($0, in: clause) }
    }

    /// What the terms come to over these inputs and outputs.
    public struct Verdict: Sendable, Hashable {
        public let terms: [Term]
        public let signal: Signal
    }

    /// Evaluates the terms and reads the signal from them (Documentation/Formats/result-v1.md, "Signal").
    public func verdict(inputs: [(Text, Text)], outputs: [(Text, ExactDecimal)]) throws -> Verdict {
        var bindings: [(Text, PolicyValue)] = []
        for input in clause.inputs {
            guard let value = inputs.first(where: { $0.0 == input.name })?.1 else {
                throw ClauseError(.badBinding, "the input is missing", at: input.name.string)
            }
            let bound: PolicyValue =
                input.kind == .decimal ? .decimal(try ExactDecimal(parsing: value)) : .string(value)
            bindings.append((input.name, bound))
        }
        bindings += clause.parameters.map { ($0.name, .decimal($0.value)) }
        bindings += outputs.map { ($0.0, .decimal($0.1)) }
        let results = terms.map { $0.evaluate(bindings) }
        return Verdict(terms: results, signal: clause.signal(of: results))
    }
}

extension Clause {
    /// The signal that follows from the terms: ESCALATE before FAIL before TRIGGER before PASS: doubt goes to people
    /// first.
    public func signal(of results: [Term]) -> Signal {
        let pairs = Array(zip(terms, results))
        let doubtful = pairs.contains { rule, term in
            if term.verdict == .undecided { return rule.role != .information }
            guard let band = rule.reviewBand, let margin = term.margin else { return false }
            return margin.magnitude < band
        }
        if doubtful { return .escalate }
        if pairs.contains(where: { $0.role == .obligation && $1.verdict == .fail }) { return .fail }
        let triggers = pairs.filter { $0.0.role == .trigger }
        return !triggers.isEmpty && triggers.allSatisfy { $0.1.verdict == .pass } ? .trigger : .pass
    }
}

extension Clause {
    /// Checks the text of an occurrence against the clause's rule. Throws `clause.out-of-range`.
    public func checkOccurrence(_ text: Text) throws {
        let failure = ClauseError(.outOfRange, "no \(occurrence.name) of this clause: \"\(text.string.prefix(60))\"")
        guard !text.isEmpty, text.utf8.count <= ClauseLimits.nameBytesMax, text.utf8.allSatisfy({ $0 >= 0x20 }) else {
            throw failure
        }
        switch occurrence.kind {
        case .text: break
        case .date: guard (try? Instant(parsing: Text("\(text)T00:00:00.000Z"))) != nil else { throw failure }
        case .integer:
            guard let value = Int(text.string), Text(String(value)) == text, value >= occurrence.minimum ?? value,
                value <= occurrence.maximum ?? value
            else { throw failure }
        }
    }

    /// Checks one input's bytes against its rule and gives them back as text.
    /// Throws `clause.bad-binding` and `clause.out-of-range`.
    public func checkInput(_ name: Text, _ bytes: [UInt8], edition: Text) throws -> Text {
        guard let input = inputs.first(where: { $0.name == name }) else {
            throw ClauseError(.badBinding, "the clause has no input \"\(name)\"", at: name.string)
        }
        guard bytes.count <= ClauseLimits.inputBytesMax, let string = String(validating: bytes, as: UTF8.self) else {
            throw ClauseError(
                .badBinding, "an input is UTF-8 text of at most \(ClauseLimits.inputBytesMax) bytes", at: name.string)
        }
        guard input.editions.isEmpty || input.editions.contains(edition) else {
            throw ClauseError(.badBinding, "the edition \"\(edition)\" is not taken", at: name.string)
        }
        if input.kind == .decimal {
            let value: ExactDecimal
            do { value = try ExactDecimal(parsing: Text(string)) } catch let error as BaseError {
                throw ClauseError(.badBinding, error.message, at: name.string, cause: error)
            }
            guard value >= input.minimum ?? value, value <= input.maximum ?? value else {
                throw ClauseError(.outOfRange, "\(value) is outside the plausible range", at: name.string)
            }
        }
        if input.kind == .committed {
            do { _ = try Digest(parsing: Text(string)) } catch let error as BaseError {
                throw ClauseError(.badBinding, error.message, at: name.string, cause: error)
            }
        }
        return Text(string)
    }

    /// The identity of an occurrence on a rail: certified and acted on at most once.
    public static func occurrenceID(rail: Digest, id: ClauseID, occurrence: Text) -> Digest {
        Framed.digest("nexus/occurrence/v1", rail.bytes, id.issuer.bytes, id.name.bytes, occurrence.bytes)
    }
}
