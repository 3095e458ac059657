import NexusAttestation
import NexusBase
import NexusTestInputs
import NexusTestSupport
import Testing

/// `nexus attest show`: what evidence says, and what it does not.
@Suite struct AttestCommandTests {
    private func shown(_ bytes: [UInt8]) async throws -> (says: [String], notShown: [String], text: String) {
        let scratch = try Scratch()
        let file = try scratch.write(bytes, "evidence")
        let run = try await Binary.run("attest", "show", file, "--json")
        #expect(run.status == 0, "\(run.errors)")
        var fields = try Fields(run.json, at: "")
        let says = try fields.list("says") { json, place in
            var row = try Fields(json, at: place)
            return "\(try row.text("name"))=\(try row.text("value"))"
        }
        let notShown = try fields.array("notShown").map { json in
            guard case .string(let sentence) = json else { return "" }
            return sentence.string
        }
        #expect(try fields.bool("verified") == false)
        return (says, notShown, try await Binary.run("attest", "show", file).output)
    }

    @Test func `simulated evidence says that it shows nothing`() async throws {
        let document = AttestationEvidence.simulated(reportData: [UInt8](repeating: 7, count: 64))
        let found = try await shown(document.json.canonicalBytes)
        #expect(found.notShown == ["anything about the machine: nothing vouches for it"])
        #expect(found.says.contains { $0.hasPrefix("format=simulated") })
        #expect(found.text.contains("It does not show") && found.text.contains("nothing vouches for it"))
    }

    @Test func `a TPM's quote does not show that a TPM made it`() async throws {
        let found = try await shown(TPMFixture().document().json.canonicalBytes)
        #expect(found.says.contains { $0.hasPrefix("pcr.sha256.7=") })
        #expect(found.notShown.contains { $0.hasPrefix("that the key is in a TPM at all") })
        #expect(found.notShown.contains { $0.hasPrefix("who made it") })
    }

    @Test(.enabled(if: Vectors.has("dcap") && Vectors.has("sev-snp")))
    func `a bare report and a bare quote of real machines say what they are, and lack who vouches for them`()
        async throws
    {
        for (file, format, missing) in [
            ("sev-snp/attestation.bin", "format=AMD SEV-SNP report", "what the guest loaded after its launch"),
            ("dcap/tdx_quote", "format=Intel TDX quote", "what ran before or beside"),
            ("dcap/sgx_quote", "format=Intel SGX quote", "what the enclave does"),
        ] {
            let found = try await shown(Vectors.bytes(file))
            #expect(found.says.contains { $0.hasPrefix(format) }, "\(found.says)")
            #expect(found.notShown.contains { $0.hasPrefix(missing) })
            #expect(found.notShown.contains { $0.hasPrefix("who made it") })
        }
    }
}
