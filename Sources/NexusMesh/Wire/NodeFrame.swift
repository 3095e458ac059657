import Foundation
import NexusBase

/// A frame from a node or validator.
enum NodeFrame: Sendable, Hashable {
    case hello(Hello)
    case message(NodeMessage)
}

extension NodeFrame: WireForm {
    static let place = "node-frame"
    static let bytesMax = MeshLimits.nodeFrameBytesMax

    init(form: WireNodeFrame) throws {
        switch form.body {
        case .hello(let hello): self = .hello(try Hello(form: hello))
        case .answers(let answers): self = .message(.answers(try Self.answers(answers)))
        case .cosignature(let bytes): self = .message(.cosignature(Array(bytes)))
        case .heartbeat(let beat):
            self = .message(
                .heartbeat(
                    Heartbeat(
                        running: beat.running, queued: beat.queued, loadPermille: beat.loadPermille,
                        maxConcurrency: beat.maxConcurrency)))
        case .materialRequest(let request):
            try checkItems(request.digests.count, at: "node-frame.material_request.digests")
            self = .message(
                .materialRequest(
                    try request.digests.enumerated().map { index, data in
                        try digest(data, at: "node-frame.material_request.digests[\(index)]")
                    }))
        case .drained: self = .message(.drained)
        case .evidence(let bytes): self = .message(.evidence(Array(bytes)))
        case nil: throw MeshError(.malformedFrame, "a frame without a body", at: Self.place)
        }
        if case .message(let message) = self { try message.check() }
    }

    private static func answers(_ form: WireAnswers) throws -> [Answer] {
        try checkItems(form.items.count, at: "node-frame.answers.items")
        return try form.items.enumerated().map { index, item in
            let outcome: Answer.Outcome
            switch item.outcome {
            case .cacEnvelope(let bytes): outcome = .cac(Array(bytes))
            case .refusal(let refusal):
                outcome = .refusal(Refusal(code: refusal.code, message: refusal.message))
            case nil:
                throw MeshError(
                    .malformedFrame, "neither a CAC nor a refusal", at: "node-frame.answers.items[\(index)].outcome")
            }
            return Answer(
                tokenDigest: try digest(item.tokenDigest, at: "node-frame.answers.items[\(index)].token_digest"),
                outcome: outcome, proof: item.proof.isEmpty ? nil : Array(item.proof))
        }
    }

    var form: WireNodeFrame {
        var frame = WireNodeFrame()
        switch self {
        case .hello(let hello): frame.hello = hello.form
        case .message(.answers(let answers)): frame.answers.items = answers.map(\.form)
        case .message(.cosignature(let bytes)): frame.cosignature = Data(bytes)
        case .message(.heartbeat(let heartbeat)):
            frame.heartbeat.running = heartbeat.running
            frame.heartbeat.queued = heartbeat.queued
            frame.heartbeat.loadPermille = heartbeat.loadPermille
            frame.heartbeat.maxConcurrency = heartbeat.maxConcurrency
        case .message(.materialRequest(let digests)):
            frame.materialRequest.digests = digests.map { Data($0.bytes) }
        case .message(.drained): frame.drained = WireDrained()
        case .message(.evidence(let bytes)): frame.evidence = Data(bytes)
        }
        return frame
    }
}

extension Answer {
    fileprivate var form: WireAnswer {
        var form = WireAnswer()
        form.tokenDigest = Data(tokenDigest.bytes)
        form.proof = Data(proof ?? [])
        switch outcome {
        case .cac(let bytes): form.cacEnvelope = Data(bytes)
        case .refusal(let refusal):
            form.refusal.code = refusal.code
            form.refusal.message = refusal.message
        }
        return form
    }
}

extension NodeMessage {
    /// Refuses what no frame could carry, before it is queued. Lists may be longer than a frame's: the writer splits.
    func check() throws {
        switch self {
        case .answers(let answers):
            for (index, answer) in answers.enumerated() {
                func place(_ field: String) -> String { "node-frame.answers.items[\(index)].\(field)" }
                switch answer.outcome {
                case .cac(let bytes):
                    try NexusMesh.check(
                        answer.proof?.count ?? 0, in: 0...MeshLimits.proofBytesMax, at: place("proof"))
                    try NexusMesh.check(bytes.count, in: 1...MeshLimits.cacBytesMax, at: place("cac_envelope"))
                case .refusal(let refusal):
                    try NexusMesh.check(answer.proof?.count ?? 0, in: 0...0, at: place("proof"))
                    try NexusMesh.check(
                        refusal.code.utf8.count, in: 1...MeshLimits.codeBytesMax, at: place("refusal.code"))
                    try NexusMesh.check(
                        refusal.message.utf8.count, in: 0...MeshLimits.messageBytesMax, at: place("refusal.message"))
                }
            }
        case .cosignature(let bytes):
            try NexusMesh.check(bytes.count, in: 1...MeshLimits.cosignatureBytesMax, at: "node-frame.cosignature")
        case .evidence(let bytes):
            try NexusMesh.check(bytes.count, in: 1...MeshLimits.evidenceBytesMax, at: "node-frame.evidence")
        case .heartbeat, .materialRequest, .drained: break
        }
    }
}
