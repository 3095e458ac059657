import Foundation
import NexusBase
import NexusLog
import NexusTestSupport
import Testing

@testable import NexusAnchor

/// Method: mutations of a good token: bits, bytes, runs taken out, doubled and moved. Each is refused with a code of
/// the room, and none that differs is taken. `NEXUS_FUZZ` is the number of inputs (20,000 if not given).
@Suite struct TokenFuzzTests {
    static let count = ProcessInfo.processInfo.environment["NEXUS_FUZZ"].flatMap { Int($0) } ?? 20_000

    @Test func `no mutated token is taken, and none traps`() throws {
        let message = Array("a note".utf8)
        let token = try TestAuthority().token(over: message, at: Party.time(110))
        let verifier = try TimeStampVerifier(roots: [TestAuthority().root])
        var state: UInt64 = 11
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(max(1, bound)))
        }
        var codes: [String: Int] = [:]
        for _ in 0..<Self.count / 2 {
            var bytes = token
            for _ in 0...next(3) {
                let place = next(bytes.count)
                let end = min(bytes.count, place + next(40))
                switch next(5) {
                case 0: bytes[place] ^= 1 << UInt8(next(8))
                case 1: bytes[place] = UInt8(next(256))
                case 2 where bytes.count > 60: bytes.removeSubrange(place..<end)
                case 3: bytes.insert(contentsOf: bytes[place..<end], at: next(bytes.count))
                default: bytes.swapAt(place, next(bytes.count))
                }
            }
            guard bytes != token else { continue }
            do {
                _ = try verifier.verify(bytes, over: message)
                Issue.record("taken: \(Hex.encode(bytes))")
            } catch let error as AnchorError {
                codes[error.code.rawValue, default: 0] += 1
            } catch { Issue.record("\(error)") }
        }
        print("fuzz: \(Self.count / 2) tokens, refused with \(codes.sorted { $0.key < $1.key })")
        #expect(codes.count >= 3)
    }

    @Test func `no answer of an authority traps or gives an anchor of other bytes`() throws {
        let exchange = TimeStampExchange(over: [1], nonce: [1, 2, 3, 4, 5, 6, 7, 8])
        let verifier = try TimeStampVerifier(roots: [TestAuthority().root])
        let token = try TestAuthority { $0.nonce = [1, 2, 3, 4, 5, 6, 7, 8] }.token(over: [1], at: Party.time(110))
        let body = [0x30, 0x03, 0x02, 0x01, 0x00] + token
        let answer = [0x30, 0x82, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
        _ = try exchange.anchor(from: answer, by: verifier)
        var state: UInt64 = 12
        for _ in 0..<Self.count / 4 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var bytes = answer
            let place = Int((state >> 33) % UInt64(bytes.count))
            if state & 1 == 0 { bytes[place] ^= UInt8(1 + (state >> 20) % 255) } else { bytes.removeLast(place) }
            guard bytes != answer else { continue }
            do {
                let anchor = try exchange.anchor(from: bytes, by: verifier)
                // The status may be the one that says so with changes, and nothing signs it.
                #expect(anchor.proof == token)
            } catch { #expect(error is AnchorError || error is LogError, "\(error)") }
        }
        print("fuzz: \(Self.count / 4) answers of an authority")
    }
}
