import NexusTrust

extension Assignment {
    /// What sealing adds to a payload.
    static let sealOverhead = SealingLimits.overheadBytes
}

extension Material {
    func check(_ index: Int) throws {
        func place(_ field: String) -> String { "rail-frame.materials.items[\(index)].\(field)" }
        try NexusMesh.check(kind.utf8.count, in: 1...MeshLimits.materialKindBytesMax, at: place("kind"))
        try NexusMesh.check(bytes.count, in: 0...MeshLimits.materialBytesMax, at: place("bytes"))
    }
}

extension RailMessage {
    static func checkValidationRequest(_ count: Int) throws {
        try NexusMesh.check(count, in: 1...MeshLimits.validationRequestBytesMax, at: "rail-frame.validation_request")
    }

    static func checkReason(_ reason: String) throws {
        try NexusMesh.check(reason.utf8.count, in: 0...MeshLimits.messageBytesMax, at: "rail-frame.drain.reason")
    }

    /// Refuses what no frame could carry, before it is queued. Lists may be longer than a frame's: the writer splits.
    func check() throws {
        switch self {
        case .materials(let materials):
            for (index, material) in materials.enumerated() { try material.check(index) }
        case .assignments(let assignments):
            for (index, assignment) in assignments.enumerated() {
                func place(_ field: String) -> String { "rail-frame.assignments.items[\(index)].\(field)" }
                try NexusMesh.check(
                    assignment.token.count, in: 1...MeshLimits.tokenBytesMax, at: place("token_envelope"))
                try NexusMesh.check(
                    assignment.payload.count, in: 0...MeshLimits.payloadBytesMax, at: place("sealed_payload"))
            }
        case .validationRequest(let bytes): try Self.checkValidationRequest(bytes.count)
        case .cancel: break
        case .drain(let reason): try Self.checkReason(reason)
        }
    }
}
