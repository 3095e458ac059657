import NexusBase
import NexusTestSupport
import Testing

@Suite(.needsEngine) struct EvidenceCommandTests {
    private static func warm() async throws -> Season {
        try await Season.make(occurrence: "1982", november: "24.77", december: "25.69")
    }

    @Test func `a pack is accepted and its certificate is put into words`() async throws {
        let season = try await Self.warm()
        let run = try await Binary.run("verify", season.pack, "--rail", season.rail)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(
            run.output.contains(
                "certified payout of 4,100,000 USD (41 %): index 25.23 °C, 1.23 °C above attach (24 °C)"))
        #expect(run.output.contains("attestation is simulated"))
    }

    @Test func `a non-payout is certified with its margin`() async throws {
        let season = try await Season.make(occurrence: "1951", november: "22.33", december: "22.89")
        let run = try await Binary.run("verify", season.pack, "--rail", season.rail, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let sentence = try run.json["packs.0.certificate.sentence"]
        #expect(sentence == "certified non-payout: index 22.61 °C, 1.39 °C below attach (24 °C)")
        #expect(try run.json["accepted"] == 1)
    }

    @Test func `a changed byte makes verify refuse with status 1 and name the check`() async throws {
        let season = try await Self.warm()
        var bytes = try season.scratch.read("season.aep.json")
        bytes[bytes.count / 2] ^= 1
        let changed = try season.scratch.write(bytes, "changed.aep.json")
        let run = try await Binary.run("verify", season.pack, changed, "--rail", season.rail, "--json")
        #expect(run.status == 1)
        #expect(try run.json["packs.0.accepted"] == true)
        #expect(try run.json["packs.1.accepted"] == false)
        #expect(try run.json["packs.1.checks.0.check"] == "form")
        #expect(try run.json["refused"] == 1)
    }

    @Test func `several packs give a line each and totals`() async throws {
        let season = try await Self.warm()
        _ = try season.scratch.write("{}", "empty.aep.json")
        let run = try await Binary.run("verify", season.scratch.path, "--rail", season.rail)
        #expect(run.status == 1)
        #expect(run.output.contains("1 accepted, 1 refused"))
    }

    @Test func `a replay comes to the certified bytes`() async throws {
        let season = try await Self.warm()
        let run = try await Binary.run("replay", season.pack, "--rail", season.rail, "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try run.json["identical"] == true)
        #expect(try run.json["certifiedDigest"] == run.json["replayedDigest"])
    }

    @Test func `a replay without the module says which digest to look for`() async throws {
        let season = try await Self.warm()
        let empty = try Scratch()
        let run = try await Binary.run("replay", season.pack, "--rail", season.rail, "--modules", empty.path)
        #expect(run.status == 4)
        #expect(run.errors.contains("cli.module-not-found"))
    }

    @Test func `a refused pack is not replayed`() async throws {
        let season = try await Self.warm()
        let bad = try season.scratch.write("{}", "bad.aep.json")
        let run = try await Binary.run("replay", bad, "--rail", season.rail)
        #expect(run.status == 1)
        #expect(run.errors.contains("refused"))
    }

    @Test func `a replay with another parameter gives a difference that verify refuses as a certificate`() async throws
    {
        let season = try await Self.warm()
        let file = season.scratch.file("difference.json")
        let run = try await Binary.run(
            "replay", season.pack, "--rail", season.rail, "--with", "parameters.attach=23.5", "--output", file, "--json"
        )
        #expect(run.status == 0, "\(run.errors)")
        let document = try run.json
        #expect(document["predicateType"] == "urn:nexus:replay-difference:v1")
        #expect(document["predicate.changes.0.from"] == "24")
        #expect(document["predicate.changes.0.to"] == "23.5")
        #expect(document["predicate.terms.0.margin.from"] == "1.23")
        #expect(document["predicate.terms.0.margin.to"] == "1.73")
        #expect(document["predicate.terms.0.margin.difference"] == "0.5")
        #expect(try season.scratch.read("difference.json") == document.canonicalBytes)

        let refused = try await Binary.run("verify", file, "--rail", season.rail, "--json")
        #expect(refused.status == 1)
        #expect(try refused.json["packs.0.checks.0.code"] == "evidence.not-a-certificate")
    }

    @Test func `a signed difference is refused as a certificate too`() async throws {
        let season = try await Self.warm()
        let key = season.scratch.file("keys/analyst.key")
        #expect(try await Binary.run("key", "new", key).status == 0)
        let file = season.scratch.file("signed.json")
        let run = try await Binary.run(
            "replay", season.pack, "--rail", season.rail, "--with", "inputs.november=27", "--key", key, "--output", file
        )
        #expect(run.status == 0, "\(run.errors)")
        let refused = try await Binary.run("verify", file, "--rail", season.rail, "--json")
        #expect(refused.status == 1)
        #expect(try refused.json["packs.0.checks.0.code"] == "evidence.not-a-certificate")
        guard case .string(let payload)? = try JSON(parsing: season.scratch.read("signed.json"))["payload"] else {
            Issue.record("no envelope")
            return
        }
        let statement = try JSON(parsing: Base64.decode(payload.string))
        #expect(statement["predicateType"] == "urn:nexus:replay-difference:v1")
        #expect(statement["predicate.changes.0.path"] == "inputs.november")
    }

    @Test(arguments: [
        "parameters.nothing=1", "attach=1", "outputs.index=1", "parameters.attach=", "parameters.attach=warm",
    ])
    func `a change that cannot be made is refused`(_ change: String) async throws {
        let season = try await Self.warm()
        let run = try await Binary.run("replay", season.pack, "--rail", season.rail, "--with", change)
        #expect(run.status == 2 || run.status == 3)
        #expect(run.errors.contains("error:"))
    }

    @Test func `the log is shown with its signatures and its entries decoded`() async throws {
        let season = try await Self.warm()
        let run = try await Binary.run("log", "show", season.log, "--rail", season.rail, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let document = try run.json
        #expect(document["size"] == 11)
        #expect(document["rootMatchesTiles"] == true)
        #expect(document["signatures.0.state"] == "verified")
        #expect(document["signatures.2.role"] == "validator")
        let kinds = document.list("entries").map { $0["kind"] }
        #expect(kinds.first == "operator.approve")
        #expect(kinds.last == "rollup")
    }
}
