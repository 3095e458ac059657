import Crypto
import Foundation
import NexusBase
import Testing

@testable import NexusMesh

@Suite(.timeLimit(.minutes(3))) struct EnrolmentTests {
    @Test func `a token reads as it was written and its secret is in no description`() throws {
        let token = try EnrolmentToken(
            rail: RailName("demo"), address: MeshAddress(parsing: "[::1]:7001"), caFingerprint: Digest(of: [1]),
            role: .validator, expires: wallClock(), secret: randomBytes(32))
        #expect(try EnrolmentToken(parsing: token.text) == token)
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped] {
            #expect(!text.contains(Base64.encode(token.secret)))
            #expect(!text.contains("\(token.secret)"))
        }
    }

    @Test func `a changed letter makes another token or none, and the error shows nothing of it`() throws {
        let token = try EnrolmentToken(
            rail: RailName("demo"), address: MeshAddress(parsing: "127.0.0.1:7001"), caFingerprint: Digest(of: [1]),
            role: .node, expires: wallClock(), secret: randomBytes(32))
        let letters = Array(token.text.utf8)
        for index in letters.indices {
            for letter in [UInt8(ascii: "A"), UInt8(ascii: "!"), letters[index] ^ 1] where letter != letters[index] {
                var changed = letters
                changed[index] = letter
                do {
                    #expect(try EnrolmentToken(parsing: String(decoding: changed, as: UTF8.self)) != token)
                } catch {
                    #expect((error as? MeshError)?.code == .malformedToken)
                    #expect(!"\(error)".contains(Base64.encode(token.secret).prefix(12)))
                }
            }
        }
    }

    @Test func `a token text one letter too long is refused`() {
        let text = "nxe1." + String(repeating: "A", count: MeshLimits.enrolmentTokenBytesMax - 4)
        #expect(throws: MeshError(.malformedToken, "")) { try EnrolmentToken(parsing: text) }
    }

    @Test func `the worked example of the format page is a token`() throws {
        // Made in Python from the page.
        let text =
            "nxe1.eyJhZGRyZXNzIjoiMTI3LjAuMC4xOjcwMDEiLCJjYUZpbmdlcnByaW50Ijoic2hhMjU2OjY5NTkwOTcwMDFkMTA1MDFhYzd"
            + "kNTRjMGJkYjhkYjYxNDIwZjY1OGYyOTIyY2MyNmU0NmQ1MzYxMTlhMzExMjYiLCJleHBpcmVzIjoiMjAyNi0xMS0yMVQwOTozMDo"
            + "wMC4wMDBaIiwicmFpbCI6ImRlbW8iLCJyb2xlIjoibm9kZSIsInNlY3JldCI6IkFBRUNBd1FGQmdjSUNRb0xEQTBPRHhBUkVoTVV"
            + "GUllYR0JrYUd4d2RIaDg9In0"
        let token = try EnrolmentToken(
            rail: RailName("demo"), address: MeshAddress(parsing: "127.0.0.1:7001"),
            caFingerprint: Digest(of: Array("ca".utf8)), role: .node,
            expires: Instant(parsing: "2026-11-21T09:30:00.000Z"), secret: Array(0..<32))
        #expect(token.text == text)
        #expect(try EnrolmentToken(parsing: text) == token)
    }

    @Test func `an enrolled party gets a certificate with the one name of its DID`() async throws {
        let rig = try Rig()
        try await rig.serving {
            let party = Party("a", .validator)
            let credential = try await rig.enrol(party).credential
            #expect(credential.name == PeerName(role: .validator, did: party.did, rail: rig.rail))
            #expect(credential.railID == "did:example:rail")
            #expect(credential.notAfter - credential.notBefore == .seconds(3900))
            #expect(try MeshCredential(parsing: credential.fileBytes) == credential)
        }
    }

    @Test func `an expired token is refused`() async throws {
        let rig = try Rig()
        try await rig.serving {
            let token = try await rig.token(lifetime: .seconds(-1))
            let party = Party("a")
            let code = await meshCode {
                try await Enrolment.enrol(token, did: party.did, identityDocument: [], key: party.tlsKey)
            }
            #expect(code == .tokenExpired)
        }
    }

    @Test func `a reused token is refused, and an unknown one, and one for another role`() async throws {
        let rig = try Rig()
        try await rig.serving {
            let party = Party("a")
            let token = try await rig.token()
            func enrol(_ token: EnrolmentToken) async -> MeshError.Code? {
                await meshCode {
                    try await Enrolment.enrol(token, did: party.did, identityDocument: [], key: party.tlsKey)
                }
            }
            #expect(await enrol(token) == nil)
            #expect(await enrol(token) == .tokenSpent)
            func copy(_ role: PeerRole, _ secret: [UInt8]) throws -> EnrolmentToken {
                try EnrolmentToken(
                    rail: token.rail, address: token.address, caFingerprint: token.caFingerprint, role: role,
                    expires: token.expires, secret: secret)
            }
            #expect(try await enrol(copy(.node, randomBytes(32))) == .tokenUnknown)
            let fresh = try await rig.token()
            #expect(try await enrol(copy(.validator, fresh.secret)) == .tokenUnknown)
            #expect(await enrol(fresh) == nil)
        }
    }

    @Test func `64 concurrent redemptions of one token succeed exactly once`() async throws {
        let rig = try Rig()
        try await rig.serving {
            let token = try await rig.token()
            let codes = await withTaskGroup(of: MeshError.Code?.self) { group in
                for index in 0..<64 {
                    group.addTask {
                        let party = Party("p\(index)")
                        return await meshCode {
                            try await Enrolment.enrol(
                                token, did: party.did, identityDocument: [], key: party.tlsKey, timeMax: .seconds(30))
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == nil } == 1)
            #expect(codes.count { $0 == .tokenSpent } == 63)
        }
    }

    @Test func `a rail with another CA does not get the secret`() async throws {
        let rig = try Rig()
        try await rig.serving {
            let issued = try await rig.token()
            let other = try EnrolmentToken(
                rail: issued.rail, address: issued.address, caFingerprint: Digest(of: [9]), role: .node,
                expires: issued.expires, secret: issued.secret)
            let party = Party("a")
            let code = await meshCode {
                try await Enrolment.enrol(other, did: party.did, identityDocument: [], key: party.tlsKey)
            }
            #expect(code == .wrongAuthority)
            // The token was not spent: the secret never left.
            _ = try await Enrolment.enrol(issued, did: party.did, identityDocument: [], key: party.tlsKey)
        }
    }

    @Test func `a request for another kind of key, or signed by another key, is refused before the token is spent`()
        throws
    {
        let good = try SigningRequest(key: Array(P256.Signing.PrivateKey().rawRepresentation))
        _ = try SigningRequest(parsing: good.bytes)
        var forged = good.bytes
        forged[forged.count - 1] ^= 1
        #expect(throws: MeshError(.badSigningRequest, "")) { try SigningRequest(parsing: forged) }
        #expect(throws: MeshError(.badSigningRequest, "")) { try SigningRequest(parsing: [0x30, 0]) }
        #expect(throws: MeshError(.tooLarge, "")) {
            try SigningRequest(parsing: [UInt8](repeating: 0, count: MeshLimits.signingRequestBytesMax + 1))
        }
    }

    @Test func `a revoked name cannot enrol again`() async throws {
        let rig = try Rig()
        try await rig.serving {
            let party = Party("a")
            rig.server.setRevoked([PeerName(role: .node, did: party.did, rail: rig.rail)])
            #expect(await meshCode { try await rig.enrol(party) } == .revoked)
        }
    }

    @Test func `a CA taken up again is the same, and another key is refused`() throws {
        let rail = try RailName("demo")
        let key = Array(P256.Signing.PrivateKey().rawRepresentation)
        let made = try CertificateAuthority.make(rail: rail, key: key, now: wallClock())
        let again = try CertificateAuthority(rail: rail, certificate: made.certificate, key: key)
        #expect(again.fingerprint == made.fingerprint)
        #expect(throws: MeshError(.wrongAuthority, "")) {
            try CertificateAuthority(
                rail: rail, certificate: made.certificate, key: Array(P256.Signing.PrivateKey().rawRepresentation))
        }
        #expect(throws: MeshError(.badKey, "")) {
            try CertificateAuthority.make(rail: rail, key: [1], now: wallClock())
        }
    }
}
