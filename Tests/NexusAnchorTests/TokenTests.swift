import NexusBase
import NexusLog
import NexusTestSupport
import Testing

@testable import NexusAnchor

func code(_ body: () throws -> Void) -> AnchorError.Code? {
    do {
        try body()
        return nil
    } catch { return (error as? AnchorError)?.code ?? .init(rawValue: "another error: \(error)") }
}

@Suite struct TokenTests {
    let message = Array("a note".utf8)
    let time = Party.time(110)

    func verify(_ authority: TestAuthority, roots: [[UInt8]]? = nil) throws -> AnchoredTime {
        try TimeStampVerifier(roots: roots ?? [TestAuthority().root])
            .verify(authority.token(over: message, at: time), over: message)
    }

    @Test func `a token shows its time with the accuracy added, and whether its authority is known`() throws {
        let found = try verify(TestAuthority())
        #expect(found.isTrusted && found.kind == "rfc3161" && found.authority == "CN=Test Authority")
        #expect(found.time.milliseconds == time.milliseconds + 1_000)
        #expect(try verify(TestAuthority { $0.accuracySeconds = nil }).time == time)
        #expect(try !verify(TestAuthority(), roots: []).isTrusted)
    }

    @Test func `a token about other bytes is refused`() throws {
        let token = try TestAuthority().token(over: message, at: time)
        let verifier = try TimeStampVerifier(roots: [TestAuthority().root])
        #expect(code { _ = try verifier.verify(token, over: message + [0]) } == .wrongImprint)
        #expect(code { _ = try verifier.verify([], over: message) } == .badToken)
        let most = [UInt8](repeating: 0x30, count: LogLimits.anchorBytesMax + 1)
        #expect(code { _ = try verifier.verify(most, over: message) } == .badToken)
        #expect(code { _ = try TimeStampVerifier(roots: [[1, 2]]) } == .badToken)
    }

    static let spoiled: [(String, AnchorError.Code, @Sendable (inout TestAuthority) -> Void)] = [
        ("use not critical", .notAllowed, { $0.usage = .timeStampingNotCritical }),
        ("any use", .notAllowed, { $0.usage = .anything }),
        ("a server's too", .notAllowed, { $0.usage = .alsoServer }),
        ("another root", .untrusted, { $0.rootSeed = 63 }),
        ("expired before", .untrusted, { $0.validUntil = Party.time(100) }),
        ("critical extension", .notAllowed, { $0.strangeCritical = true }),
        ("stray certificate", .notAllowed, { $0.hasStray = true }),
        ("unsigned attribute", .notAllowed, { $0.unsignedAttribute = true }),
        ("other content", .badSignature, { $0.signsOtherContent = true }),
        ("other certificate", .badSignature, { $0.signsForOtherCertificate = true }),
        ("version", .badToken, { $0.version = 1 }),
    ]

    @Test(arguments: spoiled.indices) func `a spoiled token is refused with its code`(_ index: Int) throws {
        let (name, expected, edit) = Self.spoiled[index]
        let authority = TestAuthority(edit)
        // A changed validity makes another root too: then none is given.
        let roots = name == "expired before" ? [try authority.root] : [try TestAuthority().root]
        let found = code { _ = try verify(authority, roots: roots) }
        #expect(found == (name == "expired before" ? .notAllowed : expected), "\(name)")
    }

    @Test func `an issuer that is no authority is refused`() throws {
        let authority = TestAuthority { $0.issuerIsAuthority = false }
        #expect(code { _ = try verify(authority, roots: [authority.root]) } == .notAllowed)
    }

    @Test(arguments: [true, false]) func `a token with any bit changed is refused`(_ isRooted: Bool) throws {
        let token = try TestAuthority().token(over: message, at: time)
        let verifier = try TimeStampVerifier(roots: isRooted ? [TestAuthority().root] : [])
        var taken: [Int] = []
        for index in token.indices {
            for bit in 0..<8 {
                var changed = token
                changed[index] ^= 1 << UInt8(bit)
                if code({ _ = try verifier.verify(changed, over: message) }) == nil { taken.append(index) }
            }
        }
        // Without a root, nothing vouches for the certificate's own signature.
        if isRooted {
            #expect(taken.isEmpty, "\(taken)")
        } else {
            #expect(Set(taken).count <= 64)
        }
    }

    @Test func `an answer counts only for its own question`() throws {
        let verifier = try TimeStampVerifier(roots: [TestAuthority().root])
        let nonce: [UInt8] = [0x81, 2, 3, 4, 5, 6, 7, 8]
        let exchange = TimeStampExchange(over: message, nonce: nonce)
        func answer(_ nonce: [UInt8]?) throws -> [UInt8] {
            let token = try TestAuthority { $0.nonce = nonce }.token(over: message, at: time)
            let body = [0x30, 0x03, 0x02, 0x01, 0x00] + token
            return [0x30, 0x82, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
        }
        let anchor = try exchange.anchor(from: answer([0] + nonce), by: verifier)
        #expect(try verifier.verify(anchor.proof, over: message).isTrusted)
        #expect(code { _ = try exchange.anchor(from: answer(nil), by: verifier) } == .wrongImprint)
        #expect(code { _ = try exchange.anchor(from: answer([1, 2, 3]), by: verifier) } == .wrongImprint)
        #expect(code { _ = try exchange.anchor(from: [0x30, 5, 0x30, 3, 2, 1, 2], by: verifier) } == .refused)
    }
}
