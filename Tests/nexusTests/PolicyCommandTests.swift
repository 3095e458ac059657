import Foundation
import NexusBase
import NexusTestSupport
import Testing

@Suite struct PolicyCommandTests {
    static let examples = ["jurisdiction", "eu-residency", "two-approvals"].map { "Examples/policies/\($0).json" }

    @Test(arguments: examples) func `an example passes its check`(_ file: String) async throws {
        let run = try await Binary.run("policy", "check", file, "--json", "--strict")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try run.json["file"] == JSON.text(file))
    }

    @Test func `the tests of all examples pass and are counted`() async throws {
        let run = try await Binary.run(["policy", "test"] + Self.examples + ["--json"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try run.json["failed"] == 0)
        #expect(try run.json["passed"] != 0)
    }

    private func broken(_ old: String, _ new: String) throws -> (scratch: Scratch, file: String) {
        let scratch = try Scratch()
        let text = try String(contentsOfFile: path(Self.examples[0]), encoding: .utf8)
        #expect(text.contains(old))
        return (scratch, try scratch.write(text.replacingOccurrences(of: old, with: new), "policy.json"))
    }

    @Test func `a test that fails is status 1 and says what differed`() async throws {
        let (scratch, file) = try broken("\"n2\", \"jurisdiction\": \"CO\"", "\"n2\", \"jurisdiction\": \"BR\"")
        let run = try await Binary.run("policy", "test", file, in: scratch.path)
        #expect(run.status == 1)
        #expect(run.output.contains("refused by nodes-inside-jurisdiction, expected none"))
    }

    @Test func `an error in a rule shows the rule, a caret and a suggestion`() async throws {
        let (scratch, file) = try broken("\"nodes.exists(node", "\"nodse.exists(node")
        let run = try await Binary.run("policy", "check", file, in: scratch.path)
        #expect(run.status == 3)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("policy.undeclared"))
        #expect(run.errors.contains("did you mean \"nodes\"?"))
        #expect(run.errors.contains("rule \"nodes-inside-jurisdiction\", line 1, column 1"))
        #expect(run.errors.contains("\n    ^"))
    }

    @Test func `an expression has a value`() async throws {
        let run = try await Binary.run(
            "policy", "eval", "index > attach", "--var", "index:decimal=24.105", "--var", "attach:decimal=24")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == "true\n")
    }

    @Test func `an explanation carries the margin`() async throws {
        let run = try await Binary.run(
            "policy", "explain", "index > attach", "--var", "index:decimal=24.105", "--var", "attach:decimal=24",
            "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try run.json["explanation"] == "index (24.105) > attach (24), by 0.105")
        #expect(try run.json["trace.margin"] == "0.105")
    }

    @Test func `a refused case is status 1 with its reason`() async throws {
        let given =
            #"{"actions":[{"kind":"payment-instruction"}],"clause":{"jurisdictions":["PE"]},"#
            + #""nodes":[{"jurisdiction":"US"}]}"#
        let run = try await Binary.run("policy", "eval", "--policy", Self.examples[0], "--given", given)
        #expect(run.status == 1)
        #expect(run.output.contains("refused because"))
        let why = try await Binary.run("policy", "explain", "--policy", Self.examples[0], "--given", given, "--json")
        #expect(why.status == 1)
        #expect(try why.json["permitted"] == false)
    }

    @Test func `time zones are read from a folder, and its version is part of the answer`() async throws {
        let scratch = try Scratch()
        let zone = Data(contentsOfZone: "Europe/Lisbon")
        try #require(zone != nil, "this machine has no /usr/share/zoneinfo")
        try FileManager.default.createDirectory(
            atPath: scratch.path + "/zones/Europe", withIntermediateDirectories: true)
        try zone?.write(to: URL(filePath: scratch.path + "/zones/Europe/Lisbon"))
        let question = ["policy", "eval", "timestamp('2026-07-01T12:00:00Z').getHours('Europe/Lisbon')", "--json"]
        let without = try await Binary.run(question)
        #expect(without.status == 3 && without.errors.contains("policy.no-time-zone"))
        let bare = try await Binary.run(question + ["--tzdata", scratch.path + "/zones"])
        #expect(bare.status == 0, "\(bare.errors)")
        #expect(try bare.json["value"] == 13)
        #expect(try bare.json.text("tzdata").string.hasPrefix("sha256:"))
        _ = try scratch.write("# version 2026a\n", "zones/tzdata.zi")
        let named = try await Binary.run(question + ["--tzdata", scratch.path + "/zones"])
        #expect(try named.json["tzdata"] == "2026a")
        let explained = try await Binary.run(
            ["policy", "explain"] + question[2...] + ["--tzdata", scratch.path + "/zones"])
        #expect(try explained.json["tzdata"] == "2026a")
        let tested = try await Binary.run(
            ["policy", "test", Self.examples[0], "--json", "--tzdata", scratch.path + "/zones"])
        #expect(try tested.json["tzdata"] == "2026a")
        #expect(try await Binary.run(question + ["--tzdata", scratch.path + "/nowhere"]).status == 4)
    }

    @Test(arguments: [
        ["eval", "1 +"], ["eval", "1 / 0"], ["eval", "quantity('1', 'm') + quantity('1', 'deg')"],
        ["eval", "x", "--var", "x:nonsense=1"], ["eval", "x", "--var", "x:int=one"],
    ])
    func `what cannot be evaluated is status 3`(_ arguments: [String]) async throws {
        let run = try await Binary.run(["policy"] + arguments)
        #expect(run.status == 3)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("policy."))
    }

    @Test(arguments: [["eval"], ["eval", "1", "--policy", "x"], ["eval", "1", "--given", "{}"], ["test"]])
    func `options that do not go together are status 2`(_ arguments: [String]) async throws {
        #expect(try await Binary.run(["policy"] + arguments).status == 2)
    }

    @Test func `a file that is not there is status 4`() async throws {
        #expect(try await Binary.run("policy", "check", "nowhere.json").status == 4)
    }

    @Test func `completions know the commands`() async throws {
        let script = try await Binary.run("--generate-completion-script", "bash").output
        for word in ["policy", "explain"] { #expect(script.contains(word)) }
    }
}

extension Data {
    /// The machine's compiled rules of a zone; nil where it has none.
    fileprivate init?(contentsOfZone name: String) {
        guard let data = FileManager.default.contents(atPath: "/usr/share/zoneinfo/" + name) else { return nil }
        self = data
    }
}
