import NexusBase
import NexusClause
import NexusEvidence
import NexusRuntime

/// What a clause says about each occurrence of a record (Documentation/Formats/simulation-report-v1.md). The committee
/// approves the digest of these bytes.
struct SimulationReport: Sendable {
    static let format: Text = "nexus.simulation-report/v1"

    struct Occurrence: Sendable {
        let occurrence: Text
        let inputs: [(name: Text, value: Text)]
        let answer: ExecutionResult.Answer
        let terms: [Term]
        let signal: Signal

        init(occurrence: Text, inputs: [(name: Text, value: Text)], result: ExecutionResult) {
            self.occurrence = occurrence
            self.inputs = inputs
            answer = result.answer
            terms = result.terms
            signal = result.signal
        }

        /// One output by name; nil where the computation answered with a fault.
        func output(_ name: Text) -> ExactDecimal? {
            guard case .outputs(let outputs) = answer else { return nil }
            return outputs.first { $0.name == name }?.value
        }

        var json: JSON {
            var object: JSONObject = [
                "inputs": .object(JSONObject(inputs.map { ($0.name, .string($0.value)) })),
                "occurrence": .string(occurrence), "signal": .text(signal.rawValue), "terms": .array(terms.map(\.json)),
            ]
            switch answer {
            case .outputs(let outputs):
                object["outputs"] = .object(JSONObject(outputs.map { ($0.name, $0.value.json) }))
            case .fault(let code): object["fault"] = .string(code)
            }
            return .object(object)
        }
    }

    let clauseID: ClauseID
    let clause: Digest
    let module: Digest
    let engine: EngineDescription
    let fuelLimit: Int
    /// SHA-256 of the data file.
    let data: Digest
    let columns: Simulation.Columns
    let occurrences: [Occurrence]

    func count(_ signal: Signal) -> Int { occurrences.count { $0.signal == signal } }

    var json: JSON {
        [
            "clause": ["digest": clause.json, "id": clauseID.json],
            "data": [
                "digest": data.json,
                "inputs": .object(JSONObject(columns.inputs.map { ($0.name, .string($0.column)) })),
                "occurrence": .string(columns.occurrence),
            ],
            "engine": [
                "features": .array(engine.features.map { .text($0) }), "fuelLimit": .int(fuelLimit),
                "name": .text(engine.name), "version": .text(engine.version),
            ],
            "format": .string(Self.format),
            "module": module.json,
            "occurrences": .array(occurrences.map(\.json)),
            "signals": .object(JSONObject(Signal.allCases.map { (Text($0.rawValue), .int(count($0))) })),
        ]
    }

    var bytes: [UInt8] { json.canonicalBytes }
    var digest: Digest { Digest(of: bytes) }
}
