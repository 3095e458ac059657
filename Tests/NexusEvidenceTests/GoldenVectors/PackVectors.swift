import NexusAttestation
import NexusBase
import NexusClause
import NexusEvidence
import NexusLog
import NexusTestSupport
import Testing

extension GoldenVectors {
    /// Evidence packs: the verdict, and for a refusal the check and the code.
    @Suite struct Packs {
        static let format = "evidence-pack"

        /// Why a vector does not hold, or nil.
        static func disagreement(_ json: JSON) throws -> String? {
            var fields = try Fields(json, at: "vector")
            _ = try fields.text("description")
            // Text, since packs differ little and so do their files; bytes where they are no text.
            let pack = try fields.optionalText("pack", bytesMax: 1 << 20)?.bytes ?? fields.bytes("packBase64")
            let trust = try TrustFile(parsing: fields.text("trust").bytes)
            let expected = try fields.required("expect")
            try fields.finish()
            let report = PackVerifier(trust: trust).verify(pack)
            let found = expectation(of: report)
            return found == expected ? nil : "found \(found.canonicalString): \(report.failure?.detail ?? "")"
        }

        static func expectation(of report: VerificationReport) -> JSON {
            if let failure = report.failure {
                return [
                    "check": .text(failure.check.rawValue), "code": .text(failure.code ?? ""), "verdict": "reject",
                ]
            }
            guard let certificate = report.certificate else { return ["verdict": "none"] }
            var found: JSON = [
                "agreeing": .int(certificate.agreeing.count), "differing": .int(certificate.differing.count),
                "override": .bool(certificate.isOverride), "signal": .text(certificate.signal.rawValue),
                "verdict": "accept",
            ]
            if !certificate.witnesses.isEmpty { found["witnesses"] = .int(certificate.witnesses.count) }
            if !certificate.attested.isEmpty {
                found["attestation"] = .array(
                    Set(certificate.attested.map { Text($0.kind.rawValue) }).sorted().map { .string($0) })
            }
            if let stamp = certificate.anchored.first(where: \.isTrusted) { found["existedBy"] = stamp.time.json }
            return found
        }

        static func vector(_ description: String, _ built: PackScenario.Built, _ expected: JSON) -> JSON {
            let text = String(validating: built.pack, as: UTF8.self)
            return [
                "description": .text(description), "expect": expected, "pack": text.map { .text($0) },
                "packBase64": text == nil ? .base64(built.pack) : nil,
                "trust": .text(String(decoding: built.trust, as: UTF8.self)),
            ]
        }

        @Test(.enabled(if: VectorFolder.isWriting)) func `write the vectors that are missing`() throws {
            for (index, one) in AcceptedPack.all.enumerated() {
                let json = Self.vector(one.description, try one.scenario.build(), one.expectation)
                try VectorFolder.write(Self.format, "accept", index + 1, one.name, json)
            }
            for (index, one) in PackCase.rejected.enumerated() {
                let expected: JSON = [
                    "check": .text(one.check.rawValue), "code": .string(one.code), "verdict": "reject",
                ]
                let json = Self.vector(one.description, try one.scenario.build(), expected)
                try VectorFolder.write(Self.format, "reject", index + 1, one.name, json)
            }
        }

        @Test func `every pack comes to its verdict, at its check, with its code`() throws {
            let cases = try VectorFolder.cases(Self.format)
            try #require(cases.count(where: \.isAccept) >= 7 && cases.count { !$0.isAccept } >= 60)
            for one in cases {
                let disagreement = try Self.disagreement(one.json)
                #expect(disagreement == nil, "\(one)")
            }
        }

        @Test func `a vector whose expectation is changed fails`() throws {
            for one in try [VectorFolder.cases(Self.format).first, VectorFolder.cases(Self.format).last] {
                var json = try #require(one?.json)
                if json["expect.code"] == nil {
                    json["expect.signal"] = "FAIL"
                } else {
                    json["expect.code"] = "evidence.other"
                }
                #expect(try Self.disagreement(json) != nil)
            }
        }

        @Test func `the rejected vectors reach every check`() throws {
            let checks = try VectorFolder.cases(Self.format).filter { !$0.isAccept }.map {
                $0.json.text("expect.check")
            }
            #expect(Set(checks) == Set(VerificationReport.Check.allCases.map { Text($0.rawValue) }))
        }

        @Test func `the generator makes the accepted packs again, byte for byte`() throws {
            let written = try VectorFolder.cases(Self.format).filter(\.isAccept)
            try #require(!written.isEmpty)
            for (index, one) in AcceptedPack.all.enumerated() where !one.isDrawn {
                // ECDSA signatures are drawn anew each time; everything else comes from seeds.
                let vector = try #require(written.first { $0.name.hasSuffix("-\(one.name).json") })
                #expect(vector.json.text("pack").bytes == (try one.scenario.build().pack), "accept \(index + 1)")
            }
        }
    }
}

/// Our own golden vectors: the code is held to `Vectors/<format>/v1`, as every other implementation is.
@Suite enum GoldenVectors {}
