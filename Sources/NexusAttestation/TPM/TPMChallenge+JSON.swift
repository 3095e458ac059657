public import NexusBase

extension TPMChallenge {
    /// What the rail sends (wire-v1, "Endorsement"): canonical JSON.
    public var json: JSON {
        ["credential": .base64(credential), "encryptedSecret": .base64(encryptedSecret), "version": 1]
    }

    /// Throws base codes.
    public init(parsing bytes: [UInt8]) throws {
        let most = AttestationLimits.tpmStructureBytesMax
        var fields = try Fields(JSON(parsingCanonical: bytes, bytesMax: 4 * most), at: "challenge")
        self.init(
            credential: try fields.bytes("credential", countMax: most),
            encryptedSecret: try fields.bytes("encryptedSecret", countMax: most))
        guard try fields.integer("version") == 1 else {
            throw BaseError(.wrongType, "version 1 is read", at: "challenge.version")
        }
        try fields.finish()
    }

    private static let answerFormat: Text = "nexus.tpm-activation/v1"

    /// What the node answers: the secret, or no bytes where its TPM did not open the challenge.
    public static func answer(_ secret: [UInt8]) -> JSON {
        ["format": .string(answerFormat), "secret": .base64(secret)]
    }

    /// The secret of an answer. Throws base codes.
    public static func secret(in answer: [UInt8]) throws -> [UInt8] {
        var fields = try Fields(JSON(parsingCanonical: answer, bytesMax: 1024), at: "answer")
        guard try fields.text("format", bytesMax: 64) == answerFormat else {
            throw BaseError(.wrongType, "\(answerFormat) is needed", at: "answer.format")
        }
        let secret = try fields.bytes("secret", countMax: 64)
        try fields.finish()
        return secret
    }
}
