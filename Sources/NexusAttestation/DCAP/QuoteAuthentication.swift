internal import NexusBase

/// How a quote is signed (Intel SGX DCAP Quoting Library API, "ECDSA 256-bit quote signature data").
struct QuoteAuthentication: Sendable, Hashable {
    /// The attestation key's over header and body: r and s.
    let signature: [UInt8]
    /// x and y.
    let attestationKey: [UInt8]
    let qeReport: EnclaveReport
    /// The PCK's over the quoting enclave's report: r and s.
    let qeSignature: [UInt8]
    let qeData: [UInt8]
    /// PEM, PCK certificate first.
    let certificateText: [UInt8]

    init(_ bytes: ArraySlice<UInt8>, version: UInt16) throws {
        var reader = ByteReader(bytes, code: .malformedQuote, place: "quote.authentication")
        signature = try reader.take(64, "signature")
        attestationKey = try reader.take(64, "attestationKey")
        if version >= 4 {
            // From version 4 on, what follows is wrapped as certification data of type 6.
            let type: UInt16 = try reader.little("certification.type")
            let size: UInt32 = try reader.little("certification.size")
            guard type == 6, Int(size) == reader.remaining else {
                throw reader.failure("certification data of type 6 fills the rest", "certification")
            }
        }
        qeReport = try EnclaveReport(&reader, "qeReport")
        qeSignature = try reader.take(64, "qeSignature")
        let dataSize: UInt16 = try reader.little("qeData")
        qeData = try reader.take(Int(dataSize), "qeData")
        let type: UInt16 = try reader.little("certificates.type")
        let size: UInt32 = try reader.little("certificates.size")
        guard type == 5 else {
            throw AttestationError(
                .malformedQuote, "certification data of type \(type); 5 is a PCK chain in PEM",
                at: "quote.authentication.certificates")
        }
        var text = try reader.take(Int(size), "certificates")
        try reader.finish()
        // Some quoting enclaves end the text as C does.
        if text.last == 0 { text.removeLast() }
        certificateText = text
    }
}
