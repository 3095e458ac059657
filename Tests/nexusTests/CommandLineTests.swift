import Foundation
import NexusBase
import NexusTestSupport
import Testing

@testable import nexus

@Suite struct CommandLineTests {
    @Test(arguments: [
        ["--help"], ["clause", "--help"], ["clause", "simulate", "--help"], ["help", "verify"], ["--version"],
        ["--generate-completion-script", "bash"], ["--generate-completion-script", "zsh"],
        ["--generate-completion-script", "fish"],
    ])
    func `what is asked for is an answer on standard output`(_ arguments: [String]) async throws {
        let run = try await Binary.run(arguments)
        #expect(run.status == 0)
        #expect(!run.output.isEmpty)
        #expect(run.errors.isEmpty)
    }

    @Test(arguments: [["nonsense"], ["clause", "check"], ["verify", "x"], ["key", "new", "x", "--suite", "rot13"]])
    func `a usage error is status 2 on standard error`(_ arguments: [String]) async throws {
        let run = try await Binary.run(arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(!run.errors.isEmpty)
    }

    @Test func `the bash completion script knows the commands`() async throws {
        let script = try await Binary.run("--generate-completion-script", "bash").output
        for word in ["clause", "verify", "replay", "simulate"] { #expect(script.contains(word)) }
    }

    @Test func `a key is made once, shown without its secret, and never replaced`() async throws {
        let scratch = try Scratch()
        let file = scratch.file("keys/a.key")
        let made = try await Binary.run("key", "new", file, "--comment", "seat 1", "--json")
        #expect(made.status == 0, "\(made.errors)")
        let shown = try await Binary.run("key", "show", file, "--json")
        #expect(try shown.json == made.json)
        guard case .string(let secret)? = try JSON(parsing: scratch.read("keys/a.key"))["private"] else {
            Issue.record("no private part in the file")
            return
        }
        for text in [made.output, made.errors, shown.output, shown.errors] { #expect(!text.contains(secret.string)) }
        let again = try await Binary.run("key", "new", file)
        #expect(again.status == 3)
        #expect(again.errors.contains("keys.exists"))
    }

    @Test(arguments: [["x25519"], ["p256"]])
    func `every suite can be made and shown`(_ suite: [String]) async throws {
        let scratch = try Scratch()
        let file = scratch.file("keys/b.key")
        #expect(try await Binary.run("key", "new", file, "--suite", suite[0]).status == 0)
        let shown = try await Binary.run("key", "show", file, "--json")
        #expect(try shown.json["suite"] == JSON.text(suite[0]))
    }

    @Test func `a folder without a log is not found`() async throws {
        let scratch = try Scratch()
        #expect(try await Binary.run("log", "show", scratch.path).status == 4)
        #expect(try await Binary.run("log", "show", scratch.file("nowhere")).status == 4)
    }
}

@Suite struct ExitStatusTests {
    /// Reads the rooms' sources: `static let name: Self = "code"` in an extension of `CodedError<FooDomain>.Code`.
    @Test func `every room that declares errors has a class`() throws {
        var rooms = 0
        let files = FileManager.default.enumerator(atPath: path("Sources"))
        while let name = files?.nextObject() as? String {
            guard name.hasSuffix(".swift"),
                let text = try? String(contentsOfFile: path("Sources/\(name)"), encoding: .utf8)
            else { continue }
            for match in text.matches(of: /ErrorDomain\s*\{\s*(?:public |package )?static let name = "([a-z-]+)"/) {
                rooms += 1
                #expect(ErrorClass.byRoom[String(match.1)] != nil, "\(match.1) is in no class")
            }
        }
        #expect(rooms >= 10)
    }

    @Test(arguments: [
        ("evidence.not-in-log", nexus.ExitStatus.no), ("cli.usage", .usage), ("clause.schema", .badInput),
        ("cli.not-found", .notFound), ("governance.too-few-votes", .governance), ("mesh.unreachable", .unreachable),
        ("journal.disk-full", .inputOutput), ("runtime.library-missing", .missingTool), ("journal.locked", .busy),
        ("nobody.knows", .internalFailure),
    ])
    func `a code has its documented status`(_ code: String, _ status: nexus.ExitStatus) {
        #expect(ErrorClass(code: code).exit == status)
    }

    @Test func `every status is documented`() throws {
        let page = try String(contentsOfFile: path("Documentation/CommandLine.md"), encoding: .utf8)
        for status in nexus.ExitStatus.allCases {
            #expect(page.contains("| \(status.rawValue) |"), "status \(status.rawValue)")
        }
    }

    @Test func `statuses for HTTP and gRPC are in their ranges`() {
        for one in ErrorClass.allCases {
            #expect((400...599).contains(one.http))
            #expect((1...16).contains(one.grpc))
        }
    }
}
