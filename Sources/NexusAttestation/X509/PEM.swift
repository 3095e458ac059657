internal import NexusBase

/// Strict PEM text (RFC 7468 section 3, strictgrammar): 64 characters a line, one newline, nothing between blocks.
/// One text for each list of certificates, so that no byte can be changed unseen.
enum PEM {
    private static let begin = Array("-----BEGIN CERTIFICATE-----\n".utf8)
    private static let end = Array("-----END CERTIFICATE-----".utf8)

    /// The DER bytes of each block. The last newline may be missing.
    static func certificates(_ text: [UInt8], place: String) throws -> [[UInt8]] {
        guard text.count <= AttestationLimits.pemBytesMax else {
            throw AttestationError(.tooLarge, "more than \(AttestationLimits.pemBytesMax) bytes of PEM", at: place)
        }
        func malformed(_ message: String, _ offset: Int) -> AttestationError {
            AttestationError(.malformedPEM, message, at: "\(place), byte \(offset)")
        }
        var blocks: [[UInt8]] = []
        var position = 0
        while position < text.count {
            guard text[position...].starts(with: begin) else { throw malformed("a certificate begins here", position) }
            position += begin.count
            var body: [UInt8] = []
            while position < text.count, text[position] != UInt8(ascii: "-") {
                guard body.count % 64 == 0, let newline = text[position...].prefix(65).firstIndex(of: 0x0A),
                    newline > position
                else { throw malformed("lines have 64 characters, the last one may have fewer", position) }
                body += text[position..<newline]
                position = newline + 1
            }
            guard text[position...].starts(with: end) else { throw malformed("the certificate ends here", position) }
            position += end.count
            if position < text.count {
                guard text[position] == 0x0A else { throw malformed("a newline ends the block", position) }
                position += 1
            }
            do { blocks.append(try Base64.decode(String(decoding: body, as: UTF8.self))) } catch {
                throw AttestationError(
                    .malformedPEM, "not strict base64", at: "\(place)[\(blocks.count)]", cause: error)
            }
            guard blocks.count <= AttestationLimits.certificatesMax else {
                throw AttestationError(
                    .tooLarge, "more than \(AttestationLimits.certificatesMax) certificates", at: place)
            }
        }
        guard !blocks.isEmpty else { throw malformed("there is no certificate", 0) }
        return blocks
    }
}
