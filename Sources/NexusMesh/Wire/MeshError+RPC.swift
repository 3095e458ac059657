import GRPCCore
import NexusBase

private let codeKey = "nexus-code"
private let placeKey = "nexus-place"

extension CodedError<MeshDomain>.Code {
    fileprivate var status: RPCError.Code {
        switch self {
        case .malformedFrame, .badSigningRequest, .malformedToken, .sealBroken: .invalidArgument
        case .tooLarge, .busy: .resourceExhausted
        case .unexpectedFrame, .wrongName, .wrongRail, .tokenSpent, .tokenExpired: .failedPrecondition
        case .noCertificate, .badCertificate, .certificateExpired: .unauthenticated
        case .revoked, .tokenUnknown, .refused: .permissionDenied
        case .superseded: .aborted
        case .closed, .draining, .unreachable: .unavailable
        case .timedOut: .deadlineExceeded
        default: .unknown
        }
    }
}

extension RPCError {
    /// What the peer gets to see: code, place and message of a coded error, and of any other only that it happened.
    init(mesh error: any Error) {
        switch error {
        case let error as MeshError:
            var metadata: Metadata = [codeKey: "\(error.code.rawValue)"]
            if let place = error.place, place.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
                metadata.addString(place, forKey: placeKey)
            }
            self.init(code: error.code.status, message: error.message, metadata: metadata)
        case let error as RPCError: self = error
        default: self.init(mesh: MeshError(handler: error))
        }
    }
}

extension MeshError {
    /// What the handler of a session threw.
    init(handler error: any Error) {
        switch error {
        case let error as MeshError: self = error
        case let error as any CodedFailure:
            self.init(.refused, "\(error.qualifiedCode): \(error.message)", cause: error)
        default: self.init(.handlerFailed, "the other side failed", cause: error)
        }
    }

    /// What a call, a stream or a connection threw, as one of ours.
    init(transport error: any Error) {
        switch error {
        case let error as MeshError: self = error
        case let error as RPCError: self.init(rpc: error)
        case is CancellationError: self.init(.closed, "given up on this side")
        default: self.init(.closed, "the connection broke", cause: error)
        }
    }

    private init(rpc error: RPCError) {
        if let code = error.metadata[stringValues: codeKey].first(where: { _ in true }) {
            let place = error.metadata[stringValues: placeKey].first(where: { _ in true })
            self.init(Code(rawValue: String(code.prefix(MeshLimits.codeBytesMax))), error.message, at: place)
            return
        }
        switch error.code {
        case .unavailable: self.init(.unreachable, "no connection: \(error.message)", cause: error.cause ?? error)
        case .deadlineExceeded: self.init(.timedOut, "no answer in time")
        case .resourceExhausted: self.init(.tooLarge, "a frame is larger than its limit", cause: error)
        default: self.init(.closed, "the call ended: \(error.message)", cause: error)
        }
    }
}
