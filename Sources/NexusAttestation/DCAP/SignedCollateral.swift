internal import NexusBase

/// A document of Intel's Provisioning Certification Service: JSON, signed as the bytes that it is.
public struct SignedCollateral: Sendable, Hashable {
    /// The JSON value that is signed.
    public let body: [UInt8]
    /// r and s, 32 bytes each.
    public let signature: [UInt8]

    /// Throws `attestation.malformed-collateral`, `.too-large`.
    public init(body: [UInt8], signature: [UInt8]) throws {
        guard body.count <= AttestationLimits.collateralBytesMax else {
            throw AttestationError(
                .tooLarge, "collateral has at most \(AttestationLimits.collateralBytesMax) bytes", at: "collateral")
        }
        guard signature.count == 64 else {
            throw AttestationError(.malformedCollateral, "a signature has 64 bytes", at: "collateral.signature")
        }
        self.body = body
        self.signature = signature
    }

    /// Takes the service's answer apart: `{"tcbInfo":…,"signature":"…"}` or `{"enclaveIdentity":…,"signature":"…"}`.
    /// What is signed is the bytes between, so nothing is parsed before the signature holds.
    public init(response: [UInt8]) throws {
        let failure = AttestationError(
            .malformedCollateral, "the answer is {\"tcbInfo\" or \"enclaveIdentity\":…,\"signature\":\"…\"}",
            at: "collateral")
        let heads = ["{\"tcbInfo\":", "{\"enclaveIdentity\":"].map { Array($0.utf8) }
        var text = response[...]
        while let last = text.last, [0x20, 0x0A, 0x0D].contains(last) { text.removeLast() }
        guard let head = heads.first(where: { text.starts(with: $0) }) else { throw failure }
        let tail = Array(",\"signature\":\"".utf8)
        // The signature is 128 digits, a quotation mark and a brace before the end.
        let split = text.endIndex - 130 - tail.count
        guard split > text.startIndex + head.count, text[split...].starts(with: tail),
            text.suffix(2).elementsEqual(Array("\"}".utf8))
        else { throw failure }
        let digits = text[(split + tail.count)..<(text.endIndex - 2)]
        let signature: [UInt8]
        do { signature = try Hex.decode(String(decoding: digits, as: UTF8.self)) } catch { throw failure }
        try self.init(body: Array(text[(text.startIndex + head.count)..<split]), signature: signature)
    }

    func isSigned(by key: PublicKey) -> Bool { key.isValid(rawECDSA: signature, over: body, .sha256) }

    /// The fields of the document; those that a version of Intel's adds are passed over, since `version` says what the
    /// others mean. Errors of its form become `attestation.malformed-collateral`.
    func read<Value>(_ name: String, _ read: (inout Fields) throws -> Value) throws -> Value {
        do {
            var fields = try Fields(JSON(parsing: body), at: name)
            return try read(&fields)
        } catch let error as BaseError {
            throw AttestationError(.malformedCollateral, error.message, at: error.place ?? name, cause: error)
        }
    }
}

extension Fields {
    /// Intel's times have whole seconds: `2025-06-19T10:56:11Z`.
    mutating func wholeSeconds(_ key: Text) throws -> Instant {
        let text = try text(key, bytesMax: 20)
        guard text.utf8.count == 20, text.utf8.last == UInt8(ascii: "Z") else {
            throw BaseError(.badTime, "a time reads like 2025-06-19T10:56:11Z", at: path(key))
        }
        do { return try Instant(parsing: Text(String(text.string.dropLast()) + ".000Z")) } catch let error as BaseError
        {
            throw error.at(path(key))
        }
    }

    /// Hexadecimal of either case.
    mutating func hexadecimal(_ key: Text, count: Int) throws -> [UInt8] {
        let text = try text(key, bytesMax: 2 * count)
        do {
            let bytes = try Hex.decode(text.string.lowercased())
            guard bytes.count == count else { throw BaseError(.badEncoding, "\(count) bytes are needed") }
            return bytes
        } catch let error as BaseError { throw error.at(path(key)) }
    }

    mutating func tcbStatus(_ key: Text) throws -> TCBStatus {
        let status = try choice(key, as: TCBStatus.self)
        guard status != .olderThanListed else { throw BaseError(.wrongType, "no status of Intel's", at: path(key)) }
        return status
    }

    mutating func optionalTexts(_ key: Text) throws -> [Text] {
        try optional(key).map { json in
            guard case .array(let items) = json, items.count <= AttestationLimits.referenceListMax else {
                throw BaseError(.wrongType, "a list of texts is needed", at: path(key))
            }
            return try items.map {
                guard case .string(let text) = $0, text.utf8.count <= 128 else {
                    throw BaseError(.wrongType, "a list of texts is needed", at: path(key))
                }
                return text
            }
        } ?? []
    }
}
