import ArgumentParser
import NexusBase
import NexusClause
import NexusRuntime

struct ClauseSimulateCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run a clause over historical data.",
        discussion: """
            EXAMPLE
              nexus clause simulate Examples/el-nino/clause.yaml --module Examples/el-nino/model.wasm \\
                --data Examples/el-nino/nino12-ersst-v3b.csv --occurrence YEAR \\
                --input november=NOV --input december=DEC --report simulation.json

            Each row is one occurrence. Nothing is signed and nothing is certified. The report is canonical JSON: run \
            anywhere, its bytes are the same, and its SHA-256 is what a committee approves.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The clause, or a folder with a clause.yaml.", completion: .file())
    var file: String

    @Option(
        help: "The module that the clause names. Default: the one beside the clause.",
        completion: .file(extensions: ["wasm"]))
    var module: String?

    @Option(help: "Comma-separated values with a heading.", completion: .file(extensions: ["csv"]))
    var data: String

    @Option(help: ArgumentHelp("The column that names the occurrence.", valueName: "column"))
    var occurrence: String

    @Option(
        name: .customLong("input"),
        help: ArgumentHelp("Which column an input is in; once for each input.", valueName: "name=column"))
    var inputs: [String] = []

    @Option(help: ArgumentHelp("Write the report here.", valueName: "file"), completion: .file(extensions: ["json"]))
    var report: String?

    func run(on console: Console) async throws {
        let file = try ClauseFile(file)
        let clause = file.clause
        let columns = Simulation.Columns(
            occurrence: Text(occurrence),
            inputs: try inputs.map { text in
                let assignment = try Assignment(text, option: "--input", form: "NAME=COLUMN")
                return (name: assignment.name, column: assignment.value)
            })
        let bytes = try Files.read(data, bytesMax: CSVTable.Limits.bytesMax)
        let cases: [Simulation.Case]
        do {
            cases = try Simulation.cases(clause, from: CSVTable(parsing: bytes), columns: columns)
        } catch let error as CommandError where error.code == .badInput || error.code == .tooLarge {
            throw FileFailure(underlying: error, path: data, source: bytes)
        }
        let finder = ModuleFinder(file: module, folders: [Files.folder(of: file.path)])
        let executor = try ClauseExecutor(
            clause, module: finder.module(clause.computation.module), engine: ProcessEngine.make())

        let bar = ProgressBar("simulating", total: cases.count, on: console.notes, isQuiet: options.quiet)
        defer { bar.finish() }
        let result = try await Simulation.run(executor, cases: cases, data: Digest(of: bytes), columns: columns) { _ in
            bar.advance()
        }
        bar.finish()
        if let report { try Files.write(result.bytes, to: report, replacing: true) }
        show(result, clause, on: console)
        console.result([
            "digest": result.digest.json, "report": result.json, "written": report.map { .text($0) },
        ])
    }

    private func show(_ report: SimulationReport, _ clause: Clause, on console: Console) {
        console.show(report.table(clause))
        console.say()
        let counts = Signal.allCases.compactMap { signal -> String? in
            let count = report.count(signal)
            return count > 0 ? "\(count) \(signal.rawValue)" : nil
        }
        console.say(
            "\(bold: clause.id.description)  \(report.occurrences.count) × \(clause.occurrence.name): "
                + Styled(counts.joined(separator: ", "))
        )
        console.facts([
            ("clause", Styled(report.clause.description)), ("module", Styled(report.module.description)),
            ("report", .bold(report.digest.description)),
        ])
        if let path = self.report {
            console.say("\(good: console.marks.done) wrote \(path)")
        } else {
            console.say(.dim("  --report FILE writes what the committee approves"))
        }
    }
}

/// `name=value`, as several options take it.
struct Assignment {
    let name: Text
    let value: Text

    /// Throws `cli.usage`.
    init(_ text: String, option: String, form: String) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw CommandError(.usage, "\(option) takes \(form), not \"\(text)\"")
        }
        name = Text(String(parts[0]))
        value = Text(String(parts[1]))
    }
}
