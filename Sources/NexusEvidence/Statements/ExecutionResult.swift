public import NexusBase
public import NexusClause

/// The engine that computed, pinned so that two nodes with the same result ran the same thing.
public struct Engine: Sendable, Hashable {
    public let name: Text
    public let version: Text
    public let features: [Text]

    public init(name: Text, version: Text, features: [Text]) {
        self.name = name
        self.version = version
        self.features = features
    }

    public var json: JSON { .object(members) }

    /// Computes the networks of int8-network-v1, on every node alike.
    public static let int8Networks = Engine(
        name: "nexus-int8", version: "1", features: ["int8-network-v1", "proof-v1"])

    /// The engine that a result of this clause names, from a node that runs `modules` for WebAssembly.
    public static func computing(_ clause: Clause, with modules: Engine) -> Engine {
        clause.computation.kind == .model ? int8Networks : modules
    }

    func json(fuel: Int) -> JSON {
        var members = members
        members["fuelLimit"] = .int(fuel)
        return .object(members)
    }

    private var members: JSONObject {
        [
            "features": .array(features.map { .string($0) }), "name": .string(name), "version": .string(version),
        ]
    }

    public init(_ fields: inout Fields) throws {
        name = try fields.text("name", bytesMax: 64)
        version = try fields.text("version", bytesMax: 64)
        features = try fields.list("features", countMax: 64) { json, place in
            guard case .string(let text) = json else { throw BaseError(.wrongType, "a string is needed", at: place) }
            return text
        }
    }
}

/// What a computation came to: the one part of a statement that honest nodes agree on exactly
/// (Documentation/Formats/result-v1.md).
public struct ExecutionResult: Sendable, Hashable {
    static let format: Text = "nexus.result/v1"

    /// Outputs, or the deterministic fault that came instead of them.
    public enum Answer: Sendable, Hashable {
        case outputs([(name: Text, value: ExactDecimal)])
        /// `trap.<kind>`, `refused.<reason>`, `model.<code>`, `bad-output` or `bad-input`.
        case fault(Text)

        public static func == (left: Answer, right: Answer) -> Bool {
            switch (left, right) {
            case (.outputs(let left), .outputs(let right)):
                left.elementsEqual(right) { $0.name == $1.name && $0.value == $1.value }
            case (.fault(let left), .fault(let right)): left == right
            default: false
            }
        }

        public func hash(into hasher: inout Hasher) {
            switch self {
            case .outputs(let outputs):
                for output in outputs { hasher.combine(output.name); hasher.combine(output.value) }
            case .fault(let code): hasher.combine(code)
            }
        }
    }

    public let clause: Digest
    public let occurrenceID: Digest
    public let inputCommitment: Digest
    public let engine: Engine
    public let fuelLimit: Int
    public let answer: Answer
    public let terms: [Term]
    public let signal: Signal

    public init(
        clause: Digest, occurrenceID: Digest, inputCommitment: Digest, engine: Engine, fuelLimit: Int, answer: Answer,
        terms: [Term], signal: Signal
    ) {
        self.clause = clause
        self.occurrenceID = occurrenceID
        self.inputCommitment = inputCommitment
        self.engine = engine
        self.fuelLimit = fuelLimit
        self.answer = answer
        self.terms = terms
        self.signal = signal
    }

    /// The canonical bytes that travel as base64 and are hashed before they are parsed.
    public var bytes: [UInt8] { json.canonicalBytes }

    public var json: JSON {
        var object: JSONObject = [
            "clause": clause.json, "engine": engine.json(fuel: fuelLimit), "format": .string(Self.format),
            "inputCommitment": inputCommitment.json, "occurrenceId": occurrenceID.json,
            "signal": .text(signal.rawValue), "terms": .array(terms.map(\.json)),
        ]
        switch answer {
        case .outputs(let outputs): object["outputs"] = .object(JSONObject(outputs.map { ($0.name, $0.value.json) }))
        case .fault(let code): object["fault"] = .string(code)
        }
        return .object(object)
    }

    public init(parsing bytes: [UInt8]) throws {
        var fields = try Fields(
            JSON(parsingCanonical: bytes, bytesMax: EvidenceLimits.resultBytesMax), at: "result")
        guard try fields.text("format") == Self.format else {
            throw BaseError(.wrongType, "\(Self.format) is needed", at: "result.format")
        }
        clause = try fields.digest("clause")
        occurrenceID = try fields.digest("occurrenceId")
        inputCommitment = try fields.digest("inputCommitment")
        (engine, fuelLimit) = try fields.object("engine") { fields in
            (try Engine(&fields), try fields.integer("fuelLimit"))
        }
        terms = try fields.list("terms", countMax: ClauseLimits.partsMax) { try Term(json: $0, at: $1) }
        signal = try fields.choice("signal")
        if let fault = try fields.optionalText("fault", bytesMax: 256) {
            answer = .fault(fault)
        } else {
            answer = .outputs(
                try fields.object("outputs") { fields in
                    try fields.remaining.map { (name: $0, value: try fields.decimal($0)) }
                })
        }
        try fields.finish()
    }

    /// One output by name.
    public func output(_ name: Text) -> ExactDecimal? {
        guard case .outputs(let outputs) = answer else { return nil }
        return outputs.first { $0.name == name }?.value
    }

    /// The path of the first field, in canonical order, in which two results differ; nil if they are equal.
    public static func firstDifference(_ left: [UInt8], _ right: [UInt8]) -> String? {
        if left == right { return nil }
        guard let leftJSON = try? JSON(parsing: left), let rightJSON = try? JSON(parsing: right) else {
            return "the bytes are no JSON"
        }
        return difference(leftJSON, rightJSON, at: "result") ?? "the bytes differ in form only"
    }

    private static func difference(_ left: JSON, _ right: JSON, at path: String) -> String? {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            let keys = (left.members.map(\.key) + right.members.map(\.key)).sorted()
            for key in keys {
                let inner = "\(path).\(key)"
                guard let ours = left[key], let theirs = right[key] else { return inner }
                if let found = difference(ours, theirs, at: inner) { return found }
            }
            return nil
        case (.array(let left), .array(let right)):
            for (index, pair) in zip(left, right).enumerated() {
                if let found = difference(pair.0, pair.1, at: "\(path)[\(index)]") { return found }
            }
            return left.count == right.count ? nil : "\(path).count"
        default: return left == right ? nil : path
        }
    }
}
