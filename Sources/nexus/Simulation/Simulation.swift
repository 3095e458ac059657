import NexusBase
import NexusClause
import NexusEvidence
import NexusProof
import NexusRuntime

/// Runs a clause over its past: what would it have said. The command and the demonstration both call it.
enum Simulation {
    /// One occurrence of the record, its inputs checked by the clause's rules.
    struct Case: Sendable, Hashable {
        let occurrence: Text
        let inputs: [(name: Text, value: Text)]
        /// Of the committed input, where a model is run.
        var opening: [UInt8]?

        static func == (left: Case, right: Case) -> Bool {
            left.occurrence == right.occurrence
                && left.inputs.elementsEqual(right.inputs) { $0.name == $1.name && $0.value == $1.value }
        }

        func hash(into hasher: inout Hasher) { hasher.combine(occurrence) }
    }

    /// Which column holds what.
    struct Columns: Sendable {
        let occurrence: Text
        /// One for each input of the clause.
        let inputs: [(name: Text, column: Text)]

        init(occurrence: Text, inputs: [(name: Text, column: Text)]) {
            self.occurrence = occurrence
            self.inputs = inputs
        }
    }

    /// The cases of a historical record, in its order. Decimals may carry zeros at their end, as data files do.
    ///
    /// Throws `cli.bad-input` with line and column of the data for a column that is not there, an occurrence that the
    /// clause does not take or that stands twice, and a value that is no decimal or outside the plausible range.
    static func cases(_ clause: Clause, from table: CSVTable, columns: Columns) throws -> [Case] {
        let occurrenceIndex = try table.index(of: columns.occurrence)
        for (name, _) in columns.inputs where !clause.inputs.contains(where: { $0.name == name }) {
            throw CommandError(.usage, "the clause has no input \"\(name)\"", at: "--input \(name)")
        }
        let inputs = try clause.inputs.map { rule -> (rule: Clause.Input, index: Int) in
            let named = columns.inputs.filter { $0.name == rule.name }
            guard named.count == 1 else {
                throw CommandError(
                    .usage, "name the column of the input \"\(rule.name)\" once: --input \(rule.name)=COLUMN")
            }
            return (rule, try table.index(of: named[0].column))
        }
        var seen: Set<Text> = []
        return try table.rows.map { row in
            let occurrence = row.fields[occurrenceIndex]
            try place(row, occurrenceIndex, table) {
                try clause.checkOccurrence(occurrence)
                guard seen.insert(occurrence).inserted else {
                    throw CommandError(.badInput, "the \(clause.occurrence.name) \(occurrence) stands twice")
                }
            }
            let values = try inputs.map { rule, index in
                (name: rule.name, value: try place(row, index, table) { try value(row.fields[index], rule, clause) })
            }
            let opening = try inputs.first { $0.rule.kind == .committed }.map { rule, index in
                try place(row, index, table) { try Self.opening(row.fields[index]).bytes }
            }
            return Case(occurrence: occurrence, inputs: values, opening: opening)
        }
    }

    private static func value(_ field: Text, _ rule: Clause.Input, _ clause: Clause) throws -> Text {
        // In a record the private input stands open, as numbers; a term that reads it sees their digest.
        if rule.kind == .committed { return Digest(of: try opening(field).bytes).text }
        let text = rule.kind == .decimal ? try ExactDecimal(parsing: field, lenient: true).text : field
        return try clause.checkInput(rule.name, text.bytes, edition: rule.editions.first ?? "")
    }

    /// A model's input in a record: int8 numbers with spaces between them. Nothing is proved, so nothing is masked.
    private static func opening(_ field: Text) throws -> InputOpening {
        let numbers = try field.string.split(separator: " ").map { word in
            guard let number = Int8(word) else {
                throw CommandError(.badInput, "a model's input is numbers from -128 to 127, not \"\(word)\"")
            }
            return number
        }
        return try InputOpening(values: numbers, seed: [UInt8](repeating: 0, count: ProofLimits.seedSize))
    }

    private static func place<Value>(
        _ row: CSVTable.Row, _ index: Int, _ table: CSVTable, _ body: () throws -> Value
    ) throws -> Value {
        do { return try body() } catch let error as any CodedFailure {
            throw CommandError(
                .badInput, error.message, at: "line \(row.line), column 1: \(table.heading[index])", cause: error)
        }
    }

    /// Runs every case. The report depends on the clause, the module, the engine and the record alone: run anywhere,
    /// its bytes are the same. `progress` is called after each case.
    ///
    /// Throws `cli.indeterminate` where the host ended a run: a report is whole or there is none.
    static func run(
        _ executor: ClauseExecutor, cases: [Case], data: Digest, columns: Columns, progress: (Int) -> Void = { _ in }
    ) async throws -> SimulationReport {
        let clause = executor.clause
        var occurrences: [SimulationReport.Occurrence] = []
        occurrences.reserveCapacity(cases.count)
        for (index, one) in cases.enumerated() {
            // No rail: the id is of a kind that no rail gives, and inputs that are not hidden need no salt.
            let id = Framed.digest("nexus/simulation/v1", clause.digest.bytes, one.occurrence.bytes)
            let outcome = await executor.run(
                occurrence: one.occurrence, occurrenceID: id, inputs: one.inputs, commitment: Merkle.root([]),
                opening: one.opening)
            guard case .result(let result, _, _) = outcome else {
                guard case .indeterminate(let reason, let detail) = outcome else { continue }
                throw CommandError(
                    .indeterminate, "this machine, not the computation, ended the run: \(reason.rawValue) (\(detail))",
                    at: "\(clause.occurrence.name) \(one.occurrence)")
            }
            occurrences.append(.init(occurrence: one.occurrence, inputs: one.inputs, result: result))
            progress(index + 1)
        }
        return SimulationReport(
            clauseID: clause.id, clause: clause.digest, module: clause.computation.module,
            engine: executor.engineDescription, fuelLimit: clause.computation.fuel, data: data, columns: columns,
            occurrences: occurrences)
    }
}
