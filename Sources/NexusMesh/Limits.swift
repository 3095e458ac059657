/// Maxima of wire-v1 and enrolment-token-v1.
package enum MeshLimits {
    /// Bytes of one frame from the rail.
    package static let railFrameBytesMax = 16 << 20
    /// Bytes of one frame from a node.
    package static let nodeFrameBytesMax = 4 << 20
    /// By how much a frame may pass its limit and still be answered with `mesh.too-large`; past that the transport
    /// resets the stream without a word.
    package static let frameBytesSlack = 64 << 10
    /// Elements of any list in a frame.
    package static let itemsPerFrameMax = 64
    /// Bytes of elements past which a writer begins another frame.
    package static let frameBytesTarget = 1 << 20

    /// Bytes of one clause document, module or governance entry.
    package static let materialBytesMax = 12 << 20
    /// Bytes of a material's kind.
    package static let materialKindBytesMax = 64
    /// Bytes of a job token's envelope.
    package static let tokenBytesMax = 64 << 10
    /// Bytes of a job's payload in clear.
    package static let payloadBytesMax = 8 << 20
    /// Bytes of a request to cosign.
    package static let validationRequestBytesMax = 12 << 20
    /// Bytes of a CAC's envelope.
    package static let cacBytesMax = 2 << 20
    /// Bytes of the proof beside one: a frame carries both.
    package static let proofBytesMax = (2 << 20) - (64 << 10)
    /// Bytes of a cosignature.
    package static let cosignatureBytesMax = 64 << 10
    /// Bytes of an evidence document.
    package static let evidenceBytesMax = 2 << 20
    /// Bytes of an error code.
    package static let codeBytesMax = 128
    /// Bytes of a message or reason for people.
    package static let messageBytesMax = 4096

    /// Bytes of an identity document.
    package static let identityDocumentBytesMax = 64 << 10
    /// Bytes of a runtime description.
    package static let runtimeDescriptionBytesMax = 64 << 10
    /// Bytes of a DID or a rail id.
    package static let identifierBytesMax = 4096
    /// Bytes of a session id.
    package static let sessionIDBytes = 16

    /// Bytes of a PKCS #10 request.
    package static let signingRequestBytesMax = 8 << 10
    /// Bytes of a certificate.
    package static let certificateBytesMax = 8 << 10
    /// Bytes of `host:port`.
    package static let addressBytesMax = 320
    /// Bytes of one enrolment message.
    package static let enrolmentMessageBytesMax = 128 << 10
    /// Bytes of the secret in an enrolment token.
    package static let secretBytes = 32
    /// Bytes of an enrolment token's text.
    package static let enrolmentTokenBytesMax = 2048
    /// Bytes of a credential file.
    package static let credentialBytesMax = 64 << 10

    /// Letters of a rail's name.
    package static let railNameLettersMax = 40
    /// Messages a session holds in each direction before `send`, or the transport, waits.
    package static let queueMessagesMax = 256
    /// Bytes a session holds in each direction before `send`, or the transport, waits.
    package static let queueBytesMax = 32 << 20
    /// Open sessions of one server.
    package static let sessionsMax = 10_000
    /// Concurrent calls on one connection: a session, a renewal, and room for a reconnect.
    package static let callsPerConnectionMax = 8
}
