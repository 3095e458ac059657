import NexusBase
import NexusEvidence
import NexusTrust

/// A journal record: the input and the context of its step (Documentation/Formats/journal-input-v1.md).
public struct InputRecord: Sendable {
    public let input: Input
    public let context: StepContext

    public init(input: Input, context: StepContext) {
        self.input = input
        self.context = context
    }

    /// Canonical bytes; the sequence is the journal's own.
    public var bytes: [UInt8] { Self.bytes(input: Self.inputBytes(input), context) }

    /// The costly part of a record, for shells that make it before they take a lock.
    public static func inputBytes(_ input: Input) -> [UInt8] { input.json.canonicalBytes }

    /// The record around an input's bytes; `caller`, `entropy`, `input`, `now` is the canonical order.
    public static func bytes(input: [UInt8], _ context: StepContext) -> [UInt8] {
        Array("{".utf8)
            + (context.caller.map { Array("\"caller\":".utf8) + $0.json.canonicalBytes + Array(",".utf8) } ?? [])
            + Array("\"entropy\":\"\(Base64.encode(context.entropy))\",\"input\":".utf8) + input
            + Array(",\"now\":\"\(context.now)\"}".utf8)
    }

    /// Reads a record back. Signatures were verified before it was journaled and are not verified again.
    public init(parsing bytes: [UInt8], sequence: Int) throws {
        var fields = try Fields(
            JSON(parsing: bytes, bytesMax: OrchestrationLimits.recordBytesMax), at: "record[\(sequence)]")
        context = StepContext(
            now: try fields.instant("now"), entropy: try fields.bytes("entropy", countMax: 32), sequence: sequence,
            caller: try fields.optionalObject("caller") { try Caller(&$0) })
        guard context.entropy.count == 32 else {
            throw OrchestrationError(.badRecord, "the entropy of a step has 32 bytes", at: fields.path("entropy"))
        }
        input = try fields.object("input") { try Input(&$0) }
        try fields.finish()
    }
}

extension Input {
    var json: JSON {
        var object: JSONObject
        switch self {
        case .started(let configuration): object = ["configuration": configuration.json, "kind": "started"]
        case .governed(_, let proposal, let ballots):
            object = ["ballots": .array(ballots.map(\.json)), "kind": "governed", "proposal": .base64(proposal)]
        case .submitted(let events):
            object = ["events": .array(events.map(\.event.json)), "kind": "submitted"]
        case .opened(let session):
            object = [
                "attestation": .string(session.attestation), "binding": session.binding.json,
                "engine": session.engine.json, "kind": "opened", "node": session.node.json,
                "session": .int(session.session),
            ]
        case .closed(let node, let session): object = ["kind": "closed", "node": node.json, "session": .int(session)]
        case .answered(let node, let answers):
            object = ["answers": .array(answers.map(\.json)), "kind": "answered", "node": node.json]
        case .sealed(let number, let envelope, let statements):
            object = [
                "envelope": envelope.json, "kind": "sealed", "number": .int(number),
                "statements": .array(statements.map { .base64($0) }),
            ]
        case .committed(let firstIndex, let count, let checkpoint):
            object = [
                "checkpoint": .string(checkpoint), "count": .int(count), "firstIndex": .int(firstIndex),
                "kind": "committed",
            ]
        case .delivered(let action, let confirmed, let detail):
            object = [
                "action": action.json, "confirmed": .bool(confirmed), "detail": .string(detail), "kind": "delivered",
            ]
        case .cancelled(_, let job, let reason):
            object = ["job": job.json, "kind": "cancelled", "reason": .string(reason)]
        case .invited(let secret, let role, let expiresAt):
            object = [
                "expiresAt": expiresAt.json, "kind": "invited", "role": .string(role), "secret": secret.json,
            ]
        case .redeemed(_, let secret, let role, let did):
            object = ["did": .string(did), "kind": "redeemed", "role": .string(role), "secret": secret.json]
        case .tick: object = ["kind": "tick"]
        }
        return .object(object)
    }

    init(_ fields: inout Fields) throws {
        let none = RequestID(0)
        let kind = try fields.text("kind", bytesMax: 64)
        switch kind {
        case "started": self = .started(try fields.object("configuration") { try RailConfiguration(&$0) })
        case "governed":
            self = .governed(
                none, proposal: try fields.bytes("proposal", countMax: OrchestrationLimits.proposalBytesMax),
                ballots: try fields.list("ballots", countMax: OrchestrationLimits.ballotsMax) {
                    try Envelope(json: $0, at: $1)
                })
        case "submitted":
            self = .submitted(
                try fields.list("events", countMax: OrchestrationLimits.eventsMax) {
                    (request: none, event: try Event(json: $0, at: $1))
                })
        case "opened": self = .opened(try NodeSession(&fields))
        case "closed": self = .closed(node: try fields.did("node"), session: try fields.integer("session"))
        case "answered":
            self = .answered(
                node: try fields.did("node"),
                try fields.list("answers", countMax: OrchestrationLimits.answersMax) { try Answer(json: $0, at: $1) })
        case "sealed":
            self = .sealed(
                number: try fields.integer("number"),
                envelope: try Envelope(json: fields.required("envelope"), at: fields.path("envelope")),
                statements: try fields.list("statements", countMax: OrchestrationLimits.statementsMax) { json, place in
                    guard case .string(let text) = json else {
                        throw BaseError(.wrongType, "base64 is needed", at: place)
                    }
                    return try Base64.decode(text.string)
                })
        case "committed":
            self = .committed(
                firstIndex: try fields.integer("firstIndex"), count: try fields.integer("count"),
                checkpoint: try fields.text("checkpoint", bytesMax: 1 << 20))
        case "delivered":
            self = .delivered(
                action: try fields.digest("action"), confirmed: try fields.bool("confirmed"),
                detail: try fields.text("detail", bytesMax: OrchestrationLimits.messageBytesMax))
        case "cancelled":
            self = .cancelled(
                none, job: try fields.digest("job"),
                reason: try fields.text("reason", bytesMax: OrchestrationLimits.messageBytesMax))
        case "invited":
            self = .invited(
                secret: try fields.digest("secret"), role: try fields.text("role", bytesMax: 64),
                expiresAt: try fields.instant("expiresAt"))
        case "redeemed":
            self = .redeemed(
                none, secret: try fields.digest("secret"), role: try fields.text("role", bytesMax: 64),
                did: try fields.text("did", bytesMax: 8192))
        case "tick": self = .tick
        default: throw OrchestrationError(.badRecord, "no such kind of input: \(kind)", at: fields.path("kind"))
        }
    }
}

extension Input.NodeSession {
    fileprivate init(_ fields: inout Fields) throws {
        session = try fields.integer("session")
        node = try fields.did("node")
        attestation = try fields.text("attestation", bytesMax: 64)
        binding = try Envelope(json: fields.required("binding"), at: fields.path("binding"))
        engine = try fields.object("engine") { try Engine(&$0) }
    }
}

extension Input.Answer {
    fileprivate var json: JSON {
        switch content {
        case .statement(let envelope, _): ["statement": envelope.json, "token": token.json]
        case .refusal(let code, let message, let isIndeterminate):
            [
                "code": .string(code), "indeterminate": .bool(isIndeterminate), "message": .string(message),
                "token": token.json,
            ]
        }
    }

    fileprivate init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        token = try fields.digest("token")
        if let statement = fields.optional("statement") {
            let envelope = try Envelope(json: statement, at: "\(place).statement")
            content = .statement(envelope, try CAC(in: envelope))
        } else {
            content = .refusal(
                code: try fields.text("code", bytesMax: OrchestrationLimits.nameBytesMax),
                message: try fields.text("message", bytesMax: OrchestrationLimits.messageBytesMax),
                isIndeterminate: try fields.bool("indeterminate"))
        }
        try fields.finish()
    }
}
