import NexusBase
import Testing

@testable import NexusTrust

private let url: Text = "https://rail.example/status/1"

/// The list as its issuer publishes it, signed.
private func published(_ list: StatusList, by key: SigningKey) throws -> [UInt8] {
    try proved(
        list.credential(url: url, issuer: key.did.text, validFrom: credentialTime + .seconds(-60)), by: key)
}

private func verifier(_ list: StatusList, by key: SigningKey) throws -> CredentialVerifier {
    var verifier = CredentialVerifier(now: credentialTime)
    try verifier.add(statusList: published(list, by: key))
    return verifier
}

private func entry(_ index: Int, _ purpose: StatusList.Purpose = .revocation) -> JSON {
    StatusEntry(purpose: purpose, index: index, list: url).json
}

@Suite struct StatusListTests {
    @Test func `a set entry revokes or suspends the credential that names it, and no other`() throws {
        for (purpose, code) in [(StatusList.Purpose.revocation, "trust.revoked"), (.suspension, "trust.suspended")] {
            var list = StatusList(purpose: purpose)
            try list.set(94_567, to: true)
            let verifier = try verifier(list, by: key(1))
            for (index, expected) in [(94_567, code), (94_566, nil), (94_568, nil), (0, nil)] as [(Int, String?)] {
                let bytes = try proved(credential(by: key(1), status: [entry(index, purpose)]), by: key(1))
                #expect(trustCode { try verifier.verify(bytes) } == expected)
            }
            try list.set(94_567, to: false)
            #expect(list.setCount == 0)
        }
    }

    @Test func `a status that cannot be told is refused`() throws {
        let list = StatusList(purpose: .revocation)
        let known = try verifier(list, by: key(1))
        func code(_ verifier: CredentialVerifier, _ status: JSON, by issuer: SigningKey) throws -> String? {
            let bytes = try proved(credential(by: issuer, status: [status]), by: issuer)
            return trustCode { try verifier.verify(bytes) }
        }
        #expect(try code(known, entry(5), by: key(1)) == nil)
        #expect(try code(CredentialVerifier(now: credentialTime), entry(5), by: key(1)) == "trust.status-unknown")
        #expect(try code(known, entry(5, .suspension), by: key(1)) == "trust.status-unknown")
        #expect(
            try code(known, ["id": "https://a.b/c", "type": "OtherStatus2030"], by: key(1)) == "trust.status-unknown")
        // The rail publishes for its issuers where the verifier says so.
        #expect(try code(known, entry(5), by: key(2)) == "trust.status-unknown")
        var trusting = known
        trusting.statusIssuers = [try key(1).did.text]
        #expect(try code(trusting, entry(5), by: key(2)) == nil)
        #expect(try code(known, entry(StatusList(purpose: .revocation).count), by: key(1)) == "trust.bad-status-list")
        for (key, value) in [
            ("statusListIndex", "-1"), ("statusListIndex", "01"), ("statusListIndex", "x"),
            ("statusListIndex", "9999999999999999999"),
        ] as [(Text, JSON)] {
            #expect(try code(known, entry(5).with(key, value), by: NexusTrustTests.key(1)) == "trust.bad-status-list")
        }
        #expect(try code(known, entry(5).with("statusSize", 2), by: key(1)) == "trust.bad-status-list")
    }

    @Test func `a list reads back as it was written, up to its limits`() throws {
        var list = StatusList(purpose: .suspension, entries: TrustLimits.statusEntriesMax)
        #expect(list.count == TrustLimits.statusEntriesMax)
        for index in stride(from: 1, to: list.count, by: 65_537) { try list.set(index, to: true) }
        let again = try StatusList(encoded: list.encoded, purpose: .suspension)
        #expect(again == list && again.setCount == list.setCount)
        #expect(try again.isSet(1) && !again.isSet(0) && again.isSet(65_538))
        #expect(StatusList(purpose: .revocation, entries: 1).count == TrustLimits.statusEntriesMin)
        #expect(trustCode { try list.set(list.count, to: true) } == "trust.bad-status-list")
    }

    /// The example of the recommendation: sixteen kilobytes of zeros but for what it shows.
    @Test func `the compressed list of the recommendation's example opens`() throws {
        let example: Text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
        let list = try StatusList(encoded: example, purpose: .revocation)
        #expect(list.count == 131_072 && list.setCount == 0)
    }

    @Test func `what does not open, is too short or would be too large is refused`() throws {
        let bytes = Gzip.deflated([UInt8](repeating: 0, count: 16_384))
        let short = Gzip.deflated([UInt8](repeating: 0, count: 16_383))
        let largest = Gzip.deflated([UInt8](repeating: 0, count: TrustLimits.statusEntriesMax / 8))
        let bomb = Gzip.deflated([UInt8](repeating: 0, count: TrustLimits.statusEntriesMax / 8 + 1))
        func code(_ bytes: [UInt8]) -> String? {
            trustCode { try StatusList(encoded: Text("u" + Base64URL.encode(bytes)), purpose: .revocation) }
        }
        #expect(code(bytes) == nil && code(largest) == nil)
        for bad in [[], short, bomb, bytes + [0], bytes + bytes, Array(bytes.dropLast()), Array(bytes.dropFirst(2))] {
            #expect(code(bad) == "trust.bad-status-list")
        }
        var wrong = bytes
        wrong[wrong.count - 6] ^= 1  // the check sum
        #expect(code(wrong) == "trust.bad-status-list")
        for bad: Text in ["", "z2", "u====", "u+"] {
            #expect(trustCode { try StatusList(encoded: bad, purpose: .revocation) } == "trust.bad-status-list")
        }
    }

    @Test func `a list that is unsigned, another's or without an id is not taken`() throws {
        let good = StatusList(purpose: .revocation).credential(
            url: url, issuer: try key(1).did.text, validFrom: credentialTime)
        func code(_ json: JSON) -> String? {
            trustCode {
                var verifier = CredentialVerifier(now: credentialTime)
                try verifier.add(statusList: proved(json, by: key(1)))
            }
        }
        #expect(code(good) == nil)
        #expect(code(good.with("issuer", try key(2).did.json)) == "trust.wrong-issuer")
        #expect(code(good.with("id", nil)) == "trust.bad-status-list")
        #expect(code(good.with("type", "VerifiableCredential")) == "trust.bad-status-list")
        let subject = try #require(good["credentialSubject"])
        #expect(code(good.with("credentialSubject", subject.with("statusPurpose", "refresh"))) == "base.wrong-type")
        #expect(code(good.with("credentialSubject", subject.with("type", "Other"))) == "trust.bad-status-list")
        #expect(
            trustCode {
                var verifier = CredentialVerifier(now: credentialTime)
                try verifier.add(statusList: good.canonicalBytes)
            } == "trust.bad-proof")
    }
}
