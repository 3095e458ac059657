import NexusBase
import NexusTestInputs
import Testing

@testable import NexusAttestation

@Suite("Every changed byte of a real quote is refused", .enabled(if: VectorFiles.arePresent))
struct DCAPSweepTests {
    @Test("SGX version 3, TDX version 4, TDX version 5", arguments: ["sgx", "tdx", "outdated"])
    func sweep(_ name: String) throws {
        let sample =
            switch name {
            case "sgx": try DCAPCase.sgx()
            case "tdx": try DCAPCase.tdx()
            default: try DCAPCase.outdated()
            }
        let day = name == "outdated" ? "2026-03-01" : "2025-07-01"
        _ = try sample.verify(on: day)
        var refused = 0
        for offset in sample.quote.indices {
            var changed = sample
            changed.quote[offset] ^= 1 << UInt8(offset % 8)
            #expect(throws: (any Error).self, "byte \(offset)") { try changed.verify(on: day) }
            refused += 1
        }
        #expect(refused == sample.quote.count)
        print("totals: \(name) quote sweep, \(refused) changed bytes refused")
    }

    /// Their collateral is not at hand: certificates to Intel's root and both signatures are what can be checked.
    @Test("Quotes without collateral of their own, one of version 5 among them", arguments: 0..<4)
    func bare(_ number: Int) throws {
        let quotes: [() throws -> [UInt8]] = [
            { try DCAPTests.hexadecimal("dcap/tdx-quote.hex") },
            { try DCAPTests.hexadecimal("dcap/quote-from-tappd.hex") },
            { try Vectors.bytes("tdx/quote_v5_sample.dat") },
            { Array(try Vectors.bytes("tdx/tdx_prod_quote_SPR_E4.dat").dropLast(39)) },
        ]
        let bytes = try quotes[number]()
        try DCAPTests.requireGenuine(DCAPQuote(parsing: bytes))
        for offset in bytes.indices {
            var changed = bytes
            changed[offset] ^= 1 << UInt8(offset % 8)
            #expect(throws: (any Error).self, "byte \(offset)") {
                try DCAPTests.requireGenuine(DCAPQuote(parsing: changed))
            }
        }
        print("totals: bare quote \(number) sweep, \(bytes.count) changed bytes refused")
    }

    @Test("Every changed byte of the collateral is refused")
    func collateral() throws {
        let sample = try DCAPCase.tdx()
        let original = sample.collateral
        func outcome(_ change: (inout [UInt8], inout [UInt8]) -> Void) -> String {
            code {
                var (body, signature) = (original.tcbInfo.body, original.tcbInfo.signature)
                change(&body, &signature)
                var changed = sample
                changed.collateral = DCAPCollateral(
                    tcbInfo: try SignedCollateral(body: body, signature: signature), qeIdentity: original.qeIdentity,
                    signers: original.signers, revocationLists: original.revocationLists)
                _ = try changed.verify(on: "2025-07-01")
            }
        }
        for offset in original.tcbInfo.body.indices {
            #expect(outcome { body, _ in body[offset] ^= 4 } == "attestation.bad-signature", "byte \(offset)")
        }
        for offset in original.tcbInfo.signature.indices {
            #expect(outcome { $1[offset] ^= 4 } == "attestation.bad-signature", "signature byte \(offset)")
        }
    }
}
