import NexusBase
import NexusClause
import NexusEvidence
import NexusRuntime

/// What a verified pack says was computed, ready to be computed again.
struct Replay {
    let clause: Clause
    let occurrence: Text
    let occurrenceID: Digest
    let inputs: [BoundInput]
    let rail: Digest
    /// SHA-256 of the pack's bytes.
    let pack: Digest
    /// The certified result, as bytes: what is compared.
    let certified: [UInt8]

    /// Throws `cli.inputs-withheld` and `cli.nothing-to-replay`. The pack must have been accepted.
    init(_ file: PackFile) throws {
        guard let certificate = file.certificate, let clause = file.clause else {
            throw CommandError(.badInput, "the pack was refused", at: file.path)
        }
        guard let result = certificate.result else {
            throw CommandError(
                .nothingToReplay, "people decided this occurrence; nothing was computed that could be compared",
                at: file.path)
        }
        let pack = try EvidencePack(parsing: file.bytes)
        let quorum = try QuorumStatement(parsing: pack.quorum)
        inputs = try pack.inputs.map { input in
            switch input {
            case .shown(let bound): return bound
            case .withheld(let reference):
                throw CommandError(.inputsWithheld, "the pack withholds the input \"\(reference.name)\"", at: file.path)
            }
        }
        guard clause.computation.kind != .model else {
            throw CommandError(
                .nothingToReplay, "a model's input stays hidden: its proof is verified, and nothing can be changed",
                at: file.path)
        }
        self.clause = clause
        occurrence = quorum.occurrence
        occurrenceID = quorum.occurrenceID
        rail = pack.rail
        self.pack = Digest(of: file.bytes)
        certified = result.bytes
    }

    /// Runs the computation of `clause` on `inputs`; without changes these are the pack's own.
    /// Throws `cli.indeterminate` where this machine ended the run.
    func run(_ module: [UInt8], on engine: WasmEngine, with changes: [ReplayChange] = []) async throws
        -> ExecutionResult
    {
        let clause = try changes.reduce(self.clause) { try $1.applied(to: $0) }
        let inputs = try changes.reduce(self.inputs) { try $1.applied(to: $0, of: clause) }
        let executor = try ClauseExecutor(clause, module: module, engine: engine)
        let values = try inputs.map { input in
            (name: input.name, value: try clause.checkInput(input.name, input.value, edition: input.edition))
        }
        let outcome = await executor.run(
            occurrence: occurrence, occurrenceID: occurrenceID, inputs: values,
            commitment: BoundInput.commitment(inputs.map(\.leaf)))
        switch outcome {
        case .result(let result, _, _): return result
        case .indeterminate(let reason, let detail):
            throw CommandError(
                .indeterminate, "this machine, not the computation, ended the run: \(reason.rawValue) (\(detail))")
        }
    }
}

/// One `--with`: another parameter or input than the certified one.
struct ReplayChange: Sendable, Hashable {
    enum Section: String, Sendable { case parameters, inputs }

    let section: Section
    let name: Text
    let value: Text

    var path: String { "\(section.rawValue).\(name)" }

    /// Reads `parameters.attach=23.5` or `inputs.november=25.1`. Throws `cli.usage`.
    init(parsing text: String) throws {
        let assignment = try Assignment(text, option: "--with", form: "parameters.NAME=VALUE or inputs.NAME=VALUE")
        let parts = assignment.name.string.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let section = Section(rawValue: String(parts[0])) else {
            throw CommandError(.usage, "--with takes parameters.NAME=VALUE or inputs.NAME=VALUE, not \"\(text)\"")
        }
        self.section = section
        name = Text(String(parts[1]))
        value = assignment.value
    }

    /// What stands there now, as text. Throws `cli.usage` if the clause has no such name.
    func original(in replay: Replay) throws -> Text {
        switch section {
        case .parameters:
            guard let parameter = replay.clause.parameters.first(where: { $0.name == name }) else {
                throw unknown(replay.clause)
            }
            return parameter.value.text
        case .inputs:
            guard let input = replay.inputs.first(where: { $0.name == name }) else { throw unknown(replay.clause) }
            return Text(String(decoding: input.value, as: UTF8.self))
        }
    }

    /// The new value as it stands in documents: decimals in their one form.
    func canonicalValue(in clause: Clause) throws -> Text {
        let isText = section == .inputs && clause.inputs.first { $0.name == name }?.kind == .text
        do { return isText ? value : try ExactDecimal(parsing: value, lenient: true).text } catch let error as BaseError
        {
            throw CommandError(.badInput, error.message, at: "--with \(path)")
        }
    }

    private func unknown(_ clause: Clause) -> CommandError {
        let names = section == .parameters ? clause.parameters.map(\.name.string) : clause.inputs.map(\.name.string)
        return CommandError(
            .usage,
            "the clause has no such \(section == .parameters ? "parameter" : "input"); it has "
                + names.joined(separator: ", "),
            at: "--with \(path)")
    }

    /// The clause with another parameter: another agreement, with another digest.
    fileprivate func applied(to clause: Clause) throws -> Clause {
        guard section == .parameters else { return clause }
        guard case .object(var document) = clause.json, case .array(var parameters)? = document["parameters"],
            let index = clause.parameters.firstIndex(where: { $0.name == name }),
            case .object(var parameter) = parameters[index]
        else { throw unknown(clause) }
        parameter["value"] = .string(try canonicalValue(in: clause))
        parameters[index] = .object(parameter)
        document["parameters"] = .array(parameters)
        return try Clause(canonical: JSON.object(document).canonicalBytes)
    }

    fileprivate func applied(to inputs: [BoundInput], of clause: Clause) throws -> [BoundInput] {
        guard section == .inputs else { return inputs }
        guard clause.inputs.contains(where: { $0.name == name }) else { throw unknown(clause) }
        let text = try canonicalValue(in: clause)
        return inputs.map { input in
            guard input.name == name else { return input }
            return BoundInput(
                name: input.name, value: text.bytes, salt: input.salt, feed: nil, edition: input.edition,
                retrievedAt: input.retrievedAt, reading: nil)
        }
    }
}
