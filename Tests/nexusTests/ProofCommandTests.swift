import Foundation
import NexusBase
import NexusProof
import NexusTestSupport
import Testing

/// `nexus prove` and `nexus verify-proof` on the network of a golden vector.
@Suite struct ProofCommandTests {
    /// A folder with the network and an input of six numbers.
    private func folder() throws -> Scratch {
        let scratch = try Scratch()
        guard let vector = try VectorFolder.cases("proof").first(where: \.isAccept) else {
            throw CocoaError(.fileNoSuchFile)
        }
        var fields = try Fields(vector.json, at: vector.name)
        let network = try ProofNetwork(parsing: fields.bytes("network"))
        try Data(network.file).write(to: URL(filePath: scratch.path).appending(path: "network.nxn"))
        _ = try scratch.write("[1, -2, 30, 127, -128, 0]", "input.json")
        return scratch
    }

    private func prove(in scratch: Scratch) async throws -> Binary.Run {
        try await Binary.run(
            ["prove", "network.nxn", "--input", "input.json", "--context", "job-17", "--out", "answer", "--json"],
            in: scratch.path)
    }

    private func verify(_ more: [String], context: String = "job-17", in scratch: Scratch) async throws -> Binary.Run {
        try await Binary.run(
            ["verify-proof", "answer.proof", "--network", "network.nxn", "--context", context, "--json"] + more,
            in: scratch.path)
    }

    @Test func `a proof is made, accepted, and bound to its inputs only by a named commitment`() async throws {
        let scratch = try folder()
        let made = try await prove(in: scratch)
        #expect(made.status == 0, "\(made.errors)")
        let plain = try await verify([], in: scratch)
        #expect(plain.status == 0, "\(plain.errors)")
        #expect(plain.errors.contains("input unbound"))
        #expect(try plain.json["inputBound"] == false)
        guard case .string(let root)? = try made.json["statement.inputRoot"] else {
            Issue.record("no input root")
            return
        }
        let bound = try await verify(["--input-root", root.string], in: scratch)
        #expect(bound.status == 0, "\(bound.errors)")
        #expect(try bound.json["inputBound"] == true)
        let other = "sha256:" + String(repeating: "0", count: 64)
        #expect(try await verify(["--input-root", other], in: scratch).status == 1)
    }

    @Test func `another context and a changed byte are status 1`() async throws {
        let scratch = try folder()
        #expect(try await prove(in: scratch).status == 0)
        let wrong = try await verify([], context: "job-18", in: scratch)
        #expect(wrong.status == 1)
        #expect(try wrong.json["error.code"] == "proof.wrong-statement")
        let file = URL(filePath: scratch.path).appending(path: "answer.proof")
        var bytes = try Data(contentsOf: file)
        bytes[100] ^= 1
        try bytes.write(to: file)
        let changed = try await verify([], in: scratch)
        #expect(changed.status == 1)
        #expect(changed.errors.contains("proof.rejected"))
    }

    @Test func `a registered model's header verifies what the network's owner proves with committed weights`()
        async throws
    {
        let scratch = try folder()
        let registered = try await Binary.run(
            ["model", "register", "network.nxn", "--out", "network.header", "--json"], in: scratch.path)
        #expect(registered.status == 0, "\(registered.errors)")
        let made = try await Binary.run(
            [
                "prove", "network.nxn", "--input", "input.json", "--context", "job-17", "--out", "answer",
                "--committed",
                "--json",
            ], in: scratch.path)
        #expect(made.status == 0, "\(made.errors)")
        #expect(try made.json["statement.modelHash"] == registered.json["modelHash"])
        // Without the network, and with it.
        let arguments = ["verify-proof", "answer.proof", "--context", "job-17", "--json"]
        let byHeader = try await Binary.run(arguments + ["--header", "network.header"], in: scratch.path)
        #expect(byHeader.status == 0, "\(byHeader.errors)")
        #expect(try byHeader.json["format"] == "nexus-proof-v2")
        #expect(try await verify([], in: scratch).status == 0)
        // Neither or both; another header.
        #expect(try await Binary.run(arguments, in: scratch.path).status != 0)
        #expect(try await verify(["--header", "network.header"], in: scratch).status != 0)
        let file = URL(filePath: scratch.path).appending(path: "network.header")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: file)
        let other = try await Binary.run(arguments + ["--header", "network.header"], in: scratch.path)
        #expect(other.status == 1)
        #expect(other.errors.contains("proof.wrong-statement"))
    }

    @Test func `what is no int8, and a file that is there, are status 3`() async throws {
        let scratch = try folder()
        _ = try scratch.write("[1, 2, 3, 4, 5, 128]", "large.json")
        let run = try await Binary.run(
            ["prove", "network.nxn", "--input", "large.json", "--context", "a", "--out", "b"], in: scratch.path)
        #expect(run.status == 3)
        #expect(try await prove(in: scratch).status == 0)
        #expect(try await prove(in: scratch).status == 3)
    }

    @Test func `a model's certificate is replayed by verifying its proof, and nothing in it can be changed`()
        async throws
    {
        let scratch = try Scratch()
        let built = try PackScenario.proved().build()
        let pack = try scratch.write(String(decoding: built.pack, as: UTF8.self), "model.aep.json")
        let rail = try scratch.write(String(decoding: built.trust, as: UTF8.self), "rail.json")
        let run = try await Binary.run("replay", pack, "--rail", rail, "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try run.json["proved"] == true)
        let changed = try await Binary.run("replay", pack, "--rail", rail, "--with", "parameters.attach=1")
        #expect(changed.status != 0)
        #expect(changed.errors.contains("cli.nothing-to-replay"))
        let other = try PackScenario.proved { _, model in model.editProof = { $0[$0.count / 2] ^= 1 } }.build()
        _ = try scratch.write(String(decoding: other.pack, as: UTF8.self), "changed.aep.json")
        let trust = try scratch.write(String(decoding: other.trust, as: UTF8.self), "other.json")
        let refused = try await Binary.run("replay", scratch.path + "/changed.aep.json", "--rail", trust)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("proof.rejected") || refused.output.contains("proof.rejected"))
    }
}
