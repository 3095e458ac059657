import Crypto
import NexusBase
import Testing

@testable import NexusTrust

private func sealingCode(_ body: () throws -> some Any) -> SealingError.Code? {
    do {
        _ = try body()
        return nil
    } catch { return (error as? SealingError)?.code }
}

private struct Pair {
    let key = Curve25519.KeyAgreement.PrivateKey()
    let info = SealingInfo(railID: "rail", nodeDID: "did:example:n", sessionID: [UInt8](repeating: 1, count: 16))

    func sender(_ info: SealingInfo? = nil) throws -> SealingSender {
        try SealingSender(recipientKey: Array(key.publicKey.rawRepresentation), info: info ?? self.info)
    }

    func receiver(of sender: SealingSender, _ info: SealingInfo? = nil) throws -> SealingReceiver {
        try SealingReceiver(
            privateKey: Array(key.rawRepresentation), encapsulatedKey: sender.encapsulatedKey, info: info ?? self.info)
    }
}

private func token(_ name: String) -> NexusBase.Digest { NexusBase.Digest(of: Array(name.utf8)) }

@Suite struct SealingTests {
    @Test func `payloads open in the order in which they were sealed`() throws {
        let pair = Pair()
        var sender = try pair.sender()
        var receiver = try pair.receiver(of: sender)
        for index in 0..<100 {
            let payload = [UInt8](repeating: UInt8(index), count: index * 7)
            let sealed = try sender.seal(payload, authenticating: token("\(index)"))
            #expect(sealed.count == payload.count + SealingLimits.overheadBytes)
            #expect(try receiver.open(sealed, authenticating: token("\(index)")) == payload)
        }
    }

    @Test func `another order does not open`() throws {
        let pair = Pair()
        var sender = try pair.sender()
        var receiver = try pair.receiver(of: sender)
        _ = try sender.seal([1], authenticating: token("a"))
        let second = try sender.seal([2], authenticating: token("a"))
        #expect(sealingCode { try receiver.open(second, authenticating: token("a")) } == .notAuthentic)
    }

    @Test func `a payload under another token does not open`() throws {
        let pair = Pair()
        var sender = try pair.sender()
        var receiver = try pair.receiver(of: sender)
        let sealed = try sender.seal([1], authenticating: token("a"))
        #expect(sealingCode { try receiver.open(sealed, authenticating: token("b")) } == .notAuthentic)
    }

    @Test func `a changed byte anywhere does not open`() throws {
        let pair = Pair()
        var sender = try pair.sender()
        let receiver = try pair.receiver(of: sender)
        let sealed = try sender.seal([1, 2, 3, 4], authenticating: token("a"))
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            var copy = receiver
            #expect(sealingCode { try copy.open(changed, authenticating: token("a")) } == .notAuthentic)
        }
    }

    @Test func `another rail, node or session does not open`() throws {
        let session = [UInt8](repeating: 1, count: 16)
        for other in [
            SealingInfo(railID: "rail2", nodeDID: "did:example:n", sessionID: session),
            SealingInfo(railID: "rail", nodeDID: "did:example:m", sessionID: session),
            SealingInfo(railID: "rail", nodeDID: "did:example:n", sessionID: [UInt8](repeating: 2, count: 16)),
            SealingInfo(railID: "raild", nodeDID: "id:example:n", sessionID: session),
        ] {
            let pair = Pair()
            var sender = try pair.sender()
            var receiver = try pair.receiver(of: sender, other)
            let sealed = try sender.seal([1], authenticating: token("a"))
            #expect(sealingCode { try receiver.open(sealed, authenticating: token("a")) } == .notAuthentic)
        }
    }

    @Test func `X-Wing seals as X25519 does, and neither opens what was sealed with the other`() throws {
        let key = try XWingMLKEM768X25519.PrivateKey.generate()
        let (seed, info) = (Array(key.seedRepresentation), Pair().info)
        let recipient = Array(key.publicKey.rawRepresentation)
        #expect(recipient.count == SealingSuite.xWing.publicBytes)
        var sender = try SealingSender(recipientKey: recipient, info: info)
        #expect(sender.encapsulatedKey.count == SealingSuite.xWing.encapsulatedBytes)
        var receiver = try SealingReceiver(privateKey: seed, encapsulatedKey: sender.encapsulatedKey, info: info)
        for index in 0..<5 {
            let payload = [UInt8](repeating: UInt8(index), count: index * 100)
            let sealed = try sender.seal(payload, authenticating: token("\(index)"))
            #expect(try receiver.open(sealed, authenticating: token("\(index)")) == payload)
        }
        // One bit of either half of the encapsulated key.
        for place in [0, SealingSuite.xWing.encapsulatedBytes - 1] {
            var changed = sender.encapsulatedKey
            changed[place] ^= 1
            var other = try SealingReceiver(privateKey: seed, encapsulatedKey: changed, info: info)
            var again = try SealingSender(recipientKey: recipient, info: info)
            let sealed = try again.seal([1], authenticating: token("a"))
            #expect(sealingCode { try other.open(sealed, authenticating: token("a")) } == .notAuthentic)
        }
        let classical = try Pair().sender()
        var mixed = try SealingReceiver(privateKey: seed, encapsulatedKey: classical.encapsulatedKey, info: info)
        let sealed = try sender.seal([1], authenticating: token("a"))
        #expect(sealingCode { try mixed.open(sealed, authenticating: token("a")) } == .notAuthentic)
    }

    @Test func `a stream sealed by another implementation from the format page opens`() throws {
        // By an independent HPKE in Python: ephemeral key 01…20, recipient key 65…84 (hexadecimal).
        var receiver = try SealingReceiver(
            privateKey: Array(101...132),
            encapsulatedKey: Hex.decode("07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c"),
            info: Pair().info)
        for (index, sealed, payload) in [
            (1, "9fd64d8c7b41bdc012fee4b3006d044a6e4db4109a", "first"),
            (2, "75303fafd1709c44fba0e94e9ed94816", ""),
            (3, "4f0a4105c0ffe235d3caeaac11fd171e284ec08a2b", "third"),
        ] {
            let opened = try receiver.open(Hex.decode(sealed), authenticating: token("token \(index)"))
            #expect(String(decoding: opened, as: UTF8.self) == payload)
        }
    }

    @Test func `the info of the worked example is the format page's`() {
        #expect(
            Hex.encode(Pair().info.bytes)
                == "0000000000000010" + "6e657875732f7365616c696e672f7631" + "0000000000000004" + "7261696c"
                + "000000000000000d" + "6469643a6578616d706c653a6e" + "0000000000000010"
                + "01010101010101010101010101010101")
    }

    @Test func `a payload of the greatest length seals and one byte more is refused`() throws {
        let pair = Pair()
        var sender = try pair.sender()
        var receiver = try pair.receiver(of: sender)
        let longest = [UInt8](repeating: 7, count: SealingLimits.payloadBytesMax)
        let sealed = try sender.seal(longest, authenticating: token("a"))
        #expect(try receiver.open(sealed, authenticating: token("a")) == longest)
        #expect(sealingCode { try sender.seal(longest + [7], authenticating: token("a")) } == .badLength)
        #expect(sealingCode { try receiver.open(sealed + [0], authenticating: token("a")) } == .badLength)
        #expect(
            sealingCode { try receiver.open([UInt8](repeating: 0, count: 15), authenticating: token("a")) }
                == .badLength)
    }

    @Test func `a context seals its last payload and no more`() throws {
        let pair = Pair()
        var sender = try SealingSender(
            recipientKey: Array(pair.key.publicKey.rawRepresentation), info: pair.info,
            sealsBefore: SealingLimits.sealsMax - 1)
        _ = try sender.seal([1], authenticating: token("a"))
        #expect(sealingCode { try sender.seal([1], authenticating: token("a")) } == .exhausted)
    }

    @Test func `keys of other lengths and of low order are refused`() throws {
        let info = Pair().info
        for key in [
            [], [UInt8](repeating: 9, count: 31), [UInt8](repeating: 9, count: 33), [UInt8](repeating: 0, count: 32),
        ] {
            #expect(sealingCode { try SealingSender(recipientKey: key, info: info) } == .badKey)
            #expect(
                sealingCode {
                    try SealingReceiver(privateKey: [UInt8](repeating: 9, count: 32), encapsulatedKey: key, info: info)
                } == .badKey)
        }
    }
}
