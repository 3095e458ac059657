import NexusBase
public import NexusLog
import SwiftASN1

/// One question to a time-stamping authority and the judging of its answer (RFC 3161 section 2.4). Bytes travel
/// elsewhere.
public struct TimeStampExchange: Sendable {
    private let message: [UInt8]
    private let nonce: [UInt8]

    /// `nonce` is 8 random bytes, which tie the answer to this question.
    public init(over message: [UInt8], nonce: [UInt8]) {
        precondition(nonce.count == 8, "a nonce has 8 bytes")
        self.message = message
        self.nonce = TimeStampInfo.magnitude(nonce)
    }

    /// TimeStampReq: SHA-256 imprint, nonce, and the wish for the certificates.
    public var request: [UInt8] {
        var number = nonce.isEmpty ? [0] : nonce
        if number[0] >= 0x80 { number.insert(0, at: 0) }
        var coder = DER.Serializer()
        func put(_ identifier: ASN1Identifier, _ bytes: [UInt8], _ coder: inout DER.Serializer) {
            coder.appendPrimitiveNode(identifier: identifier) { $0 += bytes }
        }
        coder.appendConstructedNode(identifier: .sequence) { coder in
            put(.integer, [1], &coder)
            coder.appendConstructedNode(identifier: .sequence) { coder in
                coder.appendConstructedNode(identifier: .sequence) { coder in
                    put(.objectIdentifier, ObjectName.sha256, &coder)
                    put(.null, [], &coder)
                }
                put(.octetString, HashName.sha256.hash(message), &coder)
            }
            put(.integer, number, &coder)
            put(.boolean, [0xFF], &coder)
        }
        return coder.serializedBytes
    }

    /// Reads a TimeStampResp and checks its token. Throws `anchor.refused` with the authority's words, and as
    /// `TimeStampVerifier.verify`.
    public func anchor(from response: [UInt8], by verifier: TimeStampVerifier) throws -> Anchor {
        var reader = try DERReader(DERReader.parse(response))
        var status = try DERReader(reader.take())
        let code = try status.small()
        guard code <= 1 else {
            let words = status.take(if: .sequence).map { String(decoding: $0.encodedBytes, as: UTF8.self) } ?? ""
            let shown = words.unicodeScalars.filter { $0.isASCII && $0.value >= 0x20 }.prefix(200)
            throw AnchorError(.refused, "status \(code): \(String(String.UnicodeScalarView(shown)))")
        }
        let token = Array(try reader.take().encodedBytes)
        try reader.finish()
        let found = try verifier.inspect(token, over: message)
        guard found.info.nonce == nonce else { throw AnchorError(.wrongImprint, "an answer to another question") }
        return try Anchor(kind: TimeStampVerifier.kind, proof: token)
    }
}
