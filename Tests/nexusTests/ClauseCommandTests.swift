import Foundation
import NexusBase
import NexusTestSupport
import Testing

@Suite struct ClauseCommandTests {
    @Test func `a new clause passes its own check`() async throws {
        let scratch = try Scratch()
        let made = try await Binary.run("clause", "new", "River", "--issuer", "Delta", in: scratch.path)
        #expect(made.status == 0, "\(made.errors)")
        let checked = try await Binary.run("clause", "check", "River", "--json", in: scratch.path)
        #expect(checked.status == 0, "\(checked.errors)")
        #expect(try checked.json["id"] == "Delta::River@0.1.0")
        #expect(checked.errors.contains("the module is a placeholder"))
    }

    @Test func `a clause that is there is not replaced`() async throws {
        let scratch = try Scratch()
        #expect(try await Binary.run("clause", "new", "River", in: scratch.path).status == 0)
        let before = try scratch.read("River/clause.yaml")
        let run = try await Binary.run("clause", "new", "River", "--issuer", "Other", in: scratch.path)
        #expect(run.status == 3)
        #expect(run.errors.contains("cli.exists"))
        #expect(try scratch.read("River/clause.yaml") == before)
    }

    @Test(arguments: ["9lives", "a b", "é", "../x"])
    func `a name that is none is refused`(_ name: String) async throws {
        let scratch = try Scratch()
        let run = try await Binary.run("clause", "new", name, in: scratch.path)
        #expect(run.status == 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    }

    @Test func `an error names file, line and column and shows the line`() async throws {
        let scratch = try Scratch()
        let text = String(decoding: try Season.clauseSource(), as: UTF8.self)
            .replacingOccurrences(of: "value: 24,", with: "value: warm,")
        let file = try scratch.write(text, "clause.yaml")
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
            $0.contains("value: warm")
        }
        let run = try await Binary.run("clause", "check", file)
        #expect(run.status == 3)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("clause.yaml:\((line ?? -9) + 1):"))
        #expect(run.errors.contains("parameters[0].value"))
        #expect(run.errors.contains("{ name: attach, value: warm"))
        #expect(run.errors.contains("next:"))
    }

    @Test func `with --json an error is one document too`() async throws {
        let run = try await Binary.run("clause", "check", "nowhere.yaml", "--json")
        #expect(run.status == 4)
        #expect(try run.json["error.code"] == "cli.not-found")
        #expect(try run.json["error.exitStatus"] == 4)
    }

    @Test func `warnings end the command with status 1 only where that is asked`() async throws {
        let scratch = try Scratch()
        let file = try scratch.write(try Season.clauseSource(), "clause.yaml")
        #expect(try await Binary.run("clause", "check", file).status == 0)
        #expect(try await Binary.run("clause", "check", file, "--strict").status == 1)
    }

    @Test func `the schema is a JSON document with and without --json`() async throws {
        let plain = try await Binary.run("clause", "schema")
        let json = try await Binary.run("clause", "schema", "--json")
        #expect(try plain.json["title"] == "Nexus clause document, version 1")
        #expect(plain.output == json.output)
    }

    @Test func `a model is built into the clause, and a second build changes nothing`() async throws {
        let scratch = try Scratch()
        #expect(try await Binary.run("clause", "new", "River", in: scratch.path).status == 0)
        let guest = path("Guests/NexusGuest")
        let first = try await Binary.run("clause", "build", "River", "--guest", guest, "--json", in: scratch.path)
        #expect(first.status == 0, "\(first.errors)")
        #expect(try first.json["clauseChanged"] == true)
        let source = String(decoding: try scratch.read("River/clause.yaml"), as: UTF8.self)
        guard case .string(let digest)? = try first.json["digest"] else {
            Issue.record("no digest")
            return
        }
        #expect(source.contains("  module: \(digest)\n"))
        #expect(source.contains("# The module that model.swift becomes"))
        let second = try await Binary.run(
            "clause", "build", "River", "--guest", guest, "--check", "--json", in: scratch.path)
        #expect(second.status == 0)
        #expect(try second.json["digest"] == first.json["digest"])
    }

    @Test func `--check writes nothing and ends with status 1 where something would change`() async throws {
        let scratch = try Scratch()
        #expect(try await Binary.run("clause", "new", "River", in: scratch.path).status == 0)
        let before = try scratch.read("River/clause.yaml")
        let run = try await Binary.run(
            "clause", "build", "River", "--guest", path("Guests/NexusGuest"), "--check", in: scratch.path)
        #expect(run.status == 1)
        #expect(try scratch.read("River/clause.yaml") == before)
        #expect(!FileManager.default.fileExists(atPath: scratch.file("River/model.wasm")))
    }

    @Test func `a model that does not compile is reported with the compiler's words`() async throws {
        let scratch = try Scratch()
        let file = try scratch.write("func evaluate() { nonsense }", "model.swift")
        let run = try await Binary.run("clause", "build", file, "--guest", path("Guests/NexusGuest"))
        #expect(run.status == 3)
        #expect(run.errors.contains("runtime.build-failed"))
        #expect(run.errors.contains("nonsense"))
        #expect(!FileManager.default.fileExists(atPath: scratch.file("model.wasm")))
    }
}

@Suite(.needsEngine) struct ClauseSimulateCommandTests {
    private static let data = path("Examples/el-nino/nino12-ersst-v3b.csv")

    private static func simulate(_ scratch: Scratch, _ more: String...) async throws -> Binary.Run {
        let clause = try scratch.write(try Season.clauseSource(), "clause.yaml")
        let report = scratch.file("report-\(more.count).json")
        return try await Binary.run(
            "clause", "simulate", clause, "--module", path("Examples/el-nino/model.wasm"), "--data", data,
            "--occurrence",
            "YEAR", "--input", "november=NOV", "--input", "december=DEC", "--report", report, more.first ?? "--quiet")
    }

    @Test func `of 61 seasons only 1972, 1982 and 1997 trigger`() async throws {
        let scratch = try Scratch()
        let run = try await Self.simulate(scratch, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let report = try #require(try run.json["report"])
        let seasons = report.list("occurrences")
        #expect(seasons.count == 61)
        let triggered = seasons.filter { $0["signal"] == "TRIGGER" }
        #expect(triggered.map { $0["occurrence"] } == ["1972", "1982", "1997"])
        #expect(triggered.map { $0["outputs.index"] } == ["24.105", "25.23", "26.465"])
        #expect(triggered.map { $0["outputs.payoutRate"] } == ["0.035", "0.41", "0.821667"])
        #expect(report["signals"] == ["ESCALATE": 0, "FAIL": 0, "PASS": 58, "TRIGGER": 3])
    }

    @Test func `the report is the same bytes at every run, and its digest is that of the file`() async throws {
        let scratch = try Scratch()
        let first = try await Self.simulate(scratch, "--json")
        let written = try scratch.read("report-1.json")
        #expect(try first.json["digest"] == Digest(of: written).json)
        #expect(try JSON(parsingCanonical: written) == first.json["report"])
        #expect(try await Self.simulate(scratch).status == 0)
        #expect(try scratch.read("report-0.json") == written)
    }

    @Test func `a table without a terminal has no control characters`() async throws {
        let run = try await Self.simulate(try Scratch(), "--no-color")
        #expect(run.status == 0)
        #expect(!run.output.contains("\u{1B}"))
        #expect(run.output.contains("1972      24.105    0.035000           +0.105"))
    }

    @Test(arguments: [
        ("YEAR,NOV,DEC\n1950,20,21\n1950,20,21\n", "data.csv:3:1", 3 as Int32),
        ("YEAR,NOV,DEC\n1950,warm,21\n", "data.csv:2:1", 3),
        ("YEAR,NOV,DEC\n1950,99,21\n", "data.csv:2:1", 3),
        ("YEAR,NOV,DEC\n1949,20,21\n", "data.csv:2:1", 3),
        ("YEAR,NOV\n1950,20\n", "data.csv:1:1", 3),
        ("YEAR,NOV,DEC\n1950,20\n", "data.csv:2:1", 3),
    ])
    func `a bad record is refused with its line`(_ data: String, _ place: String, _ status: Int32) async throws {
        let scratch = try Scratch()
        let clause = try scratch.write(try Season.clauseSource(), "clause.yaml")
        let file = try scratch.write(data, "data.csv")
        let report = scratch.file("report.json")
        let run = try await Binary.run(
            "clause", "simulate", clause, "--module", path("Examples/el-nino/model.wasm"), "--data", file,
            "--occurrence",
            "YEAR", "--input", "november=NOV", "--input", "december=DEC", "--report", report)
        #expect(run.status == status)
        #expect(run.errors.contains(place), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: report))
    }
}
