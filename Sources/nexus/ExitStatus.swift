/// What the process says when it ends (Documentation/CommandLine.md, "Exit statuses").
enum ExitStatus: Int32, CaseIterable, Sendable {
    case done = 0
    /// The question was answered, and the answer is no: evidence refused, results differ.
    case no = 1
    case usage = 2
    case badInput = 3
    case notFound = 4
    /// The rail's rules or its committee forbid it.
    case governance = 5
    case unreachable = 6
    case inputOutput = 7
    /// This machine lacks something that can be installed.
    case missingTool = 8
    /// Try again later.
    case busy = 9
    /// A defect, or a state that should not occur.
    case internalFailure = 70
}

/// The one table from error code to exit status, HTTP status (RFC 9110) and gRPC status code.
enum ErrorClass: CaseIterable, Sendable {
    case refusedEvidence, usage, badInput, tooLarge, notFound, conflict, forbidden, unauthenticated, unreachable,
        timedOut
    case inputOutput, missingTool, busy, internalFailure
    /// Of requests over HTTP: too many, with a method, type or idempotency key that does not fit, or too slow.
    case throttled, wrongMethod, wrongType, mismatch, slow

    var exit: ExitStatus {
        switch self {
        case .refusedEvidence: .no
        case .usage: .usage
        case .badInput, .tooLarge, .conflict, .wrongMethod, .wrongType, .slow, .mismatch: .badInput
        case .notFound: .notFound
        case .forbidden, .unauthenticated: .governance
        case .unreachable, .timedOut: .unreachable
        case .inputOutput: .inputOutput
        case .missingTool: .missingTool
        case .busy, .throttled: .busy
        case .internalFailure: .internalFailure
        }
    }

    var http: Int {
        switch self {
        case .refusedEvidence: 422
        case .usage, .badInput: 400
        case .tooLarge: 413
        case .notFound: 404
        case .conflict: 409
        case .forbidden: 403
        case .unauthenticated: 401
        case .unreachable: 502
        case .timedOut: 504
        case .inputOutput, .internalFailure: 500
        case .missingTool: 501
        case .busy: 503
        case .throttled: 429
        case .wrongMethod: 405
        case .wrongType: 415
        case .slow: 408
        case .mismatch: 422
        }
    }

    /// The number of the gRPC status code.
    var grpc: Int {
        switch self {
        case .refusedEvidence: 9  // FAILED_PRECONDITION
        case .usage, .badInput, .wrongType, .mismatch: 3  // INVALID_ARGUMENT
        case .tooLarge, .throttled: 8  // RESOURCE_EXHAUSTED
        case .notFound: 5  // NOT_FOUND
        case .conflict: 6  // ALREADY_EXISTS
        case .forbidden: 7  // PERMISSION_DENIED
        case .unauthenticated: 16  // UNAUTHENTICATED
        case .unreachable, .busy: 14  // UNAVAILABLE
        case .timedOut, .slow: 4  // DEADLINE_EXCEEDED
        case .missingTool, .wrongMethod: 12  // UNIMPLEMENTED
        case .inputOutput, .internalFailure: 13  // INTERNAL
        }
    }

    /// The class of a qualified code: of the code itself, else of its room, else an internal failure.
    init(code: String) {
        let room = String(code.prefix { $0 != "." })
        self = Self.byCode[code] ?? Self.byRoom[room] ?? .internalFailure
    }

    /// What most errors of a room are.
    static let byRoom: [String: ErrorClass] = [
        "anchor": .refusedEvidence, "api": .badInput, "attestation": .refusedEvidence, "base": .badInput,
        "clause": .badInput,
        "cli": .badInput, "evidence": .refusedEvidence,
        "governance": .forbidden, "index": .inputOutput,
        "journal": .inputOutput, "keys": .badInput, "log": .badInput, "log-store": .inputOutput, "mesh": .unreachable,
        "model": .badInput, "node": .badInput, "orchestration": .forbidden, "policy": .badInput, "proof": .badInput,
        "rail": .badInput, "runtime": .badInput,
        "sealing": .refusedEvidence, "trust": .refusedEvidence, "witness": .refusedEvidence,
    ]

    /// What differs from its room.
    static let byCode: [String: ErrorClass] = [
        "api.unauthenticated": .unauthenticated, "api.forbidden": .forbidden, "api.not-found": .notFound,
        "api.method-not-allowed": .wrongMethod, "api.unsupported-type": .wrongType, "api.too-large": .tooLarge,
        "api.timed-out": .slow, "api.rate-limited": .throttled, "api.key-reused": .mismatch,
        "api.key-in-use": .conflict, "api.busy": .busy, "api.unknown-token": .notFound,
        "index.not-found": .notFound, "index.bad-cursor": .badInput, "index.bad-filter": .badInput,
        "orchestration.unknown-job": .notFound, "orchestration.already-decided": .conflict,
        "attestation.too-large": .tooLarge, "attestation.malformed-certificate": .badInput,
        "attestation.malformed-revocation-list": .badInput, "attestation.malformed-pem": .badInput,
        "attestation.malformed-report": .badInput, "attestation.malformed-quote": .badInput,
        "attestation.malformed-collateral": .badInput, "attestation.malformed-tpm": .badInput,
        "attestation.malformed-evidence": .badInput, "attestation.unsupported-version": .badInput,
        "base.too-large": .tooLarge,
        "clause.too-large": .tooLarge,
        "cli.not-found": .notFound, "cli.module-not-found": .notFound, "cli.guest-not-found": .missingTool,
        "cli.exists": .conflict, "cli.io": .inputOutput, "cli.too-large": .tooLarge, "cli.usage": .usage,
        "cli.indeterminate": .busy, "cli.locked": .busy, "cli.internal": .internalFailure,
        "governance.unknown-subject": .notFound, "governance.already-decided": .conflict,
        "governance.broken-chain": .refusedEvidence,
        "journal.locked": .busy, "journal.queue-full": .busy, "journal.exists": .conflict,
        "journal.no-such-record": .notFound, "journal.too-large": .tooLarge,
        "keys.not-found": .notFound, "keys.exists": .conflict, "keys.io": .inputOutput,
        "log.bad-signature": .refusedEvidence, "log.no-known-signature": .refusedEvidence,
        "log.wrong-origin": .refusedEvidence, "log.bad-proof": .refusedEvidence, "log.too-large": .tooLarge,
        "log-store.locked": .busy, "log-store.queue-full": .busy, "log-store.out-of-range": .notFound,
        "log-store.pruned": .notFound,
        "log-store.too-large": .tooLarge,
        "mesh.no-certificate": .unauthenticated, "mesh.bad-certificate": .unauthenticated,
        "mesh.certificate-expired": .unauthenticated, "mesh.revoked": .forbidden, "mesh.refused": .forbidden,
        "mesh.wrong-name": .forbidden, "mesh.wrong-rail": .forbidden, "mesh.token-unknown": .forbidden,
        "mesh.token-expired": .forbidden, "mesh.token-spent": .forbidden, "mesh.malformed-token": .badInput,
        "mesh.malformed-credential": .badInput, "mesh.bad-key": .badInput, "mesh.bad-name": .badInput,
        "mesh.bad-signing-request": .badInput, "mesh.malformed-frame": .badInput, "mesh.too-large": .tooLarge,
        "mesh.busy": .busy, "mesh.draining": .busy, "mesh.timed-out": .timedOut, "mesh.two-readers": .internalFailure,
        "mesh.handler-failed": .internalFailure,
        "node.input-output": .inputOutput, "node.indeterminate": .busy, "node.module-missing": .notFound,
        "node.token-spent": .forbidden,
        "orchestration.unknown-clause": .notFound, "orchestration.overloaded": .busy,
        "orchestration.bad-record": .inputOutput, "orchestration.replay-diverged": .internalFailure,
        "proof.malformed": .refusedEvidence, "proof.rejected": .refusedEvidence,
        "proof.wrong-statement": .refusedEvidence, "proof.too-large": .tooLarge,
        "rail.input-output": .inputOutput, "rail.exists": .conflict, "rail.not-found": .notFound,
        "rail.not-certified": .notFound, "rail.unreachable": .unreachable, "rail.stopped": .inputOutput,
        "rail.replay-diverged": .internalFailure,
        "runtime.library-missing": .missingTool, "runtime.library-version": .missingTool,
        "runtime.toolchain-missing": .missingTool, "runtime.source-unreadable": .inputOutput,
        "runtime.engine-failed": .internalFailure, "runtime.too-large": .tooLarge,
        "trust.unknown-suite": .badInput, "trust.bad-key": .badInput, "trust.bad-did": .badInput,
        "trust.too-large": .tooLarge, "trust.unresolved": .notFound,
        "witness.bad-request": .badInput, "witness.bad-proof-file": .badInput, "witness.too-large": .tooLarge,
        "witness.conflict": .conflict, "witness.locked": .busy, "witness.input-output": .inputOutput,
        "witness.too-few-witnesses": .unreachable, "witness.unreachable": .unreachable, "witness.bad-url": .usage,
    ]
}
