import NexusBase
import NexusTestInputs
import Testing

@testable import NexusAttestation

@Suite("Intel SGX and TDX: real quotes with their collateral", .enabled(if: VectorFiles.arePresent))
struct DCAPTests {
    @Test("An SGX quote of version 3 is genuine at its date")
    func sgx() throws {
        let evidence = try DCAPCase.sgx().verify(on: "2025-07-01")
        #expect(evidence.kind == .sgx)
        #expect(evidence.claims.tcbStatus == .configurationAndSWHardeningNeeded)
        #expect(evidence.claims.oemid == "Intel")
        #expect(evidence.claims.measurement("mrenclave")?.count == 32)
        #expect(evidence.isRevocationChecked)
        #expect(evidence.validUntil?.description.hasPrefix("2025-07-19") == true)
    }

    @Test("A TDX quote of version 4 is genuine and up to date at its date")
    func tdx() throws {
        let evidence = try DCAPCase.tdx().verify(on: "2025-07-01")
        #expect(evidence.kind == .tdx)
        #expect(evidence.claims.tcbStatus == .upToDate)
        #expect(evidence.claims.dbgstat == .disabledSinceBoot)
        #expect(evidence.claims.measurement("rtmr3")?.count == 48)
        #expect(evidence.claims.hwmodel == "TDX 1.0")
    }

    @Test("The outdated platform is reported as outdated, with Intel's advisories")
    func outdated() throws {
        let sample = try DCAPCase.outdated()
        let evidence = try sample.verify(on: "2026-03-01")
        #expect(evidence.kind == .tdx)
        #expect(evidence.claims.hwmodel == "TDX 1.5")
        // Its loader has version 3 where the lowest level of the list asks for 5: older than everything in it.
        #expect(evidence.claims.tcbStatus == .olderThanListed)
        #expect(evidence.claims.advisories.contains("INTEL-SA-01036"))

        // The same platform with that loader updated reaches the level that Intel calls out of date, or the newest.
        let quote = try DCAPQuote(parsing: sample.quote)
        let info = try TCBInfo(sample.collateral.tcbInfo)
        let enclave = SVNLevel(svn: 4, status: .upToDate, advisories: [])
        var platform = try PCKPlatform(quote.certificates[0])
        platform.componentSVN[7] = 5
        #expect(try TCBStanding(quote, platform, info, enclave).status == .upToDate)
        platform.componentSVN[4] = 3
        let old = try TCBStanding(quote, platform, info, enclave)
        #expect(old.status == .outOfDate)
        #expect(old.advisories.contains("INTEL-SA-01111"))
        let oldEnclave = SVNLevel(svn: 1, status: .outOfDate, advisories: ["INTEL-SA-00000"])
        platform.componentSVN[4] = 4
        #expect(try TCBStanding(quote, platform, info, oldEnclave).status == .outOfDate)
    }

    @Test("A part's status joins its platform's")
    func joining() {
        #expect(TCBStatus.upToDate.joined(with: .outOfDate) == .outOfDate)
        #expect(TCBStatus.configurationNeeded.joined(with: .outOfDate) == .outOfDateConfigurationNeeded)
        #expect(TCBStatus.configurationAndSWHardeningNeeded.joined(with: .outOfDate) == .outOfDateConfigurationNeeded)
        #expect(TCBStatus.swHardeningNeeded.joined(with: .upToDate) == .swHardeningNeeded)
        #expect(TCBStatus.upToDate.joined(with: .revoked) == .revoked)
        #expect(TCBStatus.outOfDate.joined(with: .olderThanListed) == .olderThanListed)
    }

    @Test("Out of its dates, or without a revocation list, nothing is accepted")
    func dates() throws {
        for (sample, good) in [(try DCAPCase.sgx(), "2025-07-01"), (try DCAPCase.tdx(), "2025-07-01")] {
            #expect(code { _ = try sample.verify(on: good) } == "no error")
            #expect(code { _ = try sample.verify(on: "2025-07-21") } == "attestation.expired")
            #expect(code { _ = try sample.verify(on: "2025-06-01") } == "attestation.not-yet-valid")
            #expect(code { _ = try sample.verify(on: "2051-01-01") } == "attestation.expired")
            var without = sample
            without.collateral = DCAPCollateral(
                tcbInfo: sample.collateral.tcbInfo, qeIdentity: sample.collateral.qeIdentity,
                signers: sample.collateral.signers, revocationLists: [sample.collateral.revocationLists[0]])
            #expect(code { _ = try without.verify(on: good) } == "attestation.missing-revocation-list")
        }
    }

    @Test("Collateral of another technology, platform, signer or root is refused")
    func foreign() throws {
        let (sgx, tdx) = (try DCAPCase.sgx(), try DCAPCase.tdx())
        var swapped = sgx
        swapped.collateral = DCAPCollateral(
            tcbInfo: tdx.collateral.tcbInfo, qeIdentity: tdx.collateral.qeIdentity, signers: tdx.collateral.signers,
            revocationLists: sgx.collateral.revocationLists)
        #expect(code { _ = try swapped.verify(on: "2025-07-01") } == "attestation.wrong-platform")
        // The quoting enclave's identity in the place of the TCB info: both are signed by Intel.
        var crossed = tdx
        crossed.collateral = DCAPCollateral(
            tcbInfo: tdx.collateral.qeIdentity, qeIdentity: tdx.collateral.tcbInfo, signers: tdx.collateral.signers,
            revocationLists: tdx.collateral.revocationLists)
        #expect(code { _ = try crossed.verify(on: "2025-07-01") } == "attestation.malformed-collateral")
        // A PCK is certified by the same root, and may not sign collateral.
        var posing = tdx
        posing.collateral = DCAPCollateral(
            tcbInfo: tdx.collateral.tcbInfo, qeIdentity: tdx.collateral.qeIdentity,
            signers: try DCAPQuote(parsing: tdx.quote).certificates, revocationLists: tdx.collateral.revocationLists)
        #expect(code { _ = try posing.verify(on: "2025-07-01") } == "attestation.untrusted-chain")
        var rootless = tdx
        rootless.root = TrustRoot(name: "nobody", key: Digest(of: [0]))
        #expect(code { _ = try rootless.verify(on: "2025-07-01") } == "attestation.untrusted-chain")
        // Another platform's list.
        var other = tdx
        other.quote = try DCAPCase.outdated().quote
        other.collateral = DCAPCollateral(
            tcbInfo: tdx.collateral.tcbInfo, qeIdentity: tdx.collateral.qeIdentity, signers: tdx.collateral.signers,
            revocationLists: tdx.collateral.revocationLists)
        #expect(code { _ = try other.verify(on: "2025-07-01") } != "no error")
    }

    @Test("Quotes without collateral of their own: signatures and chains hold, one of version 5 among them")
    func others() throws {
        for file in ["dcap/tdx-quote.hex", "dcap/quote-from-tappd.hex"] {
            try Self.requireGenuine(DCAPQuote(parsing: Self.hexadecimal(file)))
        }
        let five = try DCAPQuote(parsing: Vectors.bytes("tdx/quote_v5_sample.dat"))
        #expect(five.version == 5)
        try Self.requireGenuine(five)
        // 39 bytes of text follow this one, put there by its authors: strictly read, they are refused.
        let long = try Vectors.bytes("tdx/tdx_prod_quote_SPR_E4.dat")
        #expect(code { _ = try DCAPQuote(parsing: long) } == "attestation.malformed-quote")
        try Self.requireGenuine(DCAPQuote(parsing: Array(long.dropLast(39))))
    }

    /// The same value with a member more in every object.
    private static func grown(_ json: JSON) -> JSON {
        switch json {
        case .object(let object):
            var grown: JSONObject = ["added": ["by": "Intel"]]
            for (name, value) in object.members { grown[name] = Self.grown(value) }
            return .object(grown)
        case .array(let items): return .array(items.map(grown))
        default: return json
        }
    }

    @Test("Fields that Intel adds are passed over, and signed like the others")
    func added() throws {
        for sample in [try DCAPCase.sgx(), try DCAPCase.tdx(), try DCAPCase.outdated()] {
            let (info, identity) = (sample.collateral.tcbInfo, sample.collateral.qeIdentity)
            func grown(_ one: SignedCollateral) throws -> SignedCollateral {
                try SignedCollateral(
                    body: Self.grown(JSON(parsing: one.body)).canonicalBytes, signature: one.signature)
            }
            #expect(try grown(info).body.count > info.body.count)
            #expect(try TCBInfo(grown(info)) == TCBInfo(info))
            #expect(try QEIdentity(grown(identity)) == QEIdentity(identity))
            // What is added is signed too.
            var forged = sample
            forged.collateral = DCAPCollateral(
                tcbInfo: try grown(info), qeIdentity: identity, signers: sample.collateral.signers,
                revocationLists: sample.collateral.revocationLists)
            #expect(code { _ = try forged.verify(on: "2025-07-01") } != "no error")
        }
    }

    /// A quote that a file holds in hexadecimal.
    static func hexadecimal(_ file: String) throws -> [UInt8] {
        var text = try VectorFiles.text(file).filter { !$0.isWhitespace }
        if text.hasPrefix("0x") { text.removeFirst(2) }
        return try Hex.decode(text)
    }

    static func requireGenuine(_ quote: DCAPQuote) throws {
        let pck = try #require(quote.certificates.first)
        let root = TrustRoot(try DCAPCase.tdx().collateral.signers[1])
        _ = try CertificateChain(
            leaf: pck, pool: quote.certificates, roots: [root], at: max(pck.notBefore, instant("2025-01-01")))
        try DCAPVerifier.requireSignatures(quote, pck)
    }

    @Test("Collateral as Intel's service answers: split, signed, read")
    func responses() throws {
        let key = try DCAPCase.tdx().collateral.signers[0].publicKey
        let info = try SignedCollateral(response: Vectors.bytes("tdx/sample_tcbInfo_response"))
        let identity = try SignedCollateral(response: Vectors.bytes("tdx/sample_qeIdentity_response"))
        #expect(info.isSigned(by: key) && identity.isSigned(by: key))
        #expect(try TCBInfo(info).fmspc == [0x50, 0x80, 0x6F, 0, 0, 0])
        #expect(try TCBInfo(info).levels.count == 2)
        #expect(try QEIdentity(identity).isTDX)
        let response = try Vectors.bytes("tdx/sample_tcbInfo_response")
        for offset in response.indices where ![0x20, 0x0A, 0x0D].contains(response[offset]) {
            var changed = response
            changed[offset] ^= 1
            let isRefused = (try? SignedCollateral(response: changed))?.isSigned(by: key) != true
            #expect(isRefused, "byte \(offset)")
        }
    }
}
