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
        let (scratch, file) = try broken("\"jurisdiction\": \"CO\"", "\"jurisdiction\": \"US\"")
        let run = try await Binary.run("policy", "test", file, in: scratch.path)
        #expect(run.status == 1)
        #expect(run.output.contains("refused by nodes-inside-jurisdiction, expected none"))
    }

    @Test func `an error in a rule shows the rule, a caret and a suggestion`() async throws {
        let (scratch, file) = try broken("action.kind == 'payment' &&", "actoin.kind == 'payment' &&")
        let run = try await Binary.run("policy", "check", file, in: scratch.path)
        #expect(run.status == 3)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("policy.undeclared"))
        #expect(run.errors.contains("did you mean \"action\"?"))
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
        let given = #"{"action":{"kind":"payment"},"clause":{"jurisdictions":["PE"]},"nodes":[{"jurisdiction":"US"}]}"#
        let run = try await Binary.run("policy", "eval", "--policy", Self.examples[0], "--given", given)
        #expect(run.status == 1)
        #expect(run.output.contains("refused because"))
        let why = try await Binary.run("policy", "explain", "--policy", Self.examples[0], "--given", given, "--json")
        #expect(why.status == 1)
        #expect(try why.json["permitted"] == false)
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
