import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NexusBase
import NexusClause
import NexusOrchestration

/// Delivers actions: payment instructions to a folder, webhooks over HTTP. At least once, under one id.
final class ActionSender: Sendable {
    private let folder: RailFolder
    private let logger: Logger

    init(folder: RailFolder, logger: Logger) {
        self.folder = folder
        self.logger = logger
    }

    /// Sends once and says whether the receiver confirmed it.
    func send(_ delivery: Effect.ActionDelivery) async -> (confirmed: Bool, detail: Text) {
        let message = Self.message(delivery)
        do {
            switch delivery.action.kind {
            case .paymentInstruction:
                try folder.write(message.canonicalBytes, "payments/\(delivery.id.hex).json")
                return (true, "written to the payments folder")
            case .webhook: return try await post(message, delivery)
            }
        } catch {
            return (false, Text(clipping: "\(error)", to: OrchestrationLimits.messageBytesMax))
        }
    }

    /// The instruction (Documentation/Formats/action-v1.md).
    static func message(_ delivery: Effect.ActionDelivery) -> JSON {
        [
            "action": .string(delivery.action.name), "amount": delivery.amount?.json,
            "because": delivery.notice.map { .string($0.because) },
            "clause": delivery.clauseID.json, "currency": delivery.action.currency.map { .string($0) },
            "explanation": delivery.notice.map { .string($0.explanation) },
            "format": "nexus.action/v1", "id": delivery.id.json, "jobId": delivery.job.json,
            "kind": .text(delivery.action.kind.rawValue), "occurrence": .string(delivery.occurrence),
            "payee": delivery.action.payee.map { .string($0) }, "policy": delivery.notice.map { .string($0.policy) },
            "rate": delivery.rate?.json,
            "signal": .text(delivery.signal.rawValue),
        ]
    }

    private func post(_ message: JSON, _ delivery: Effect.ActionDelivery) async throws -> (Bool, Text) {
        guard let url = try endpoint(delivery.action.endpoint) else {
            return (false, Text("no URL is configured for endpoint \(delivery.action.endpoint)"))
        }
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "idempotency-key", value: delivery.id.hex)
        request.body = .bytes(ByteBuffer(bytes: message.canonicalBytes))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        // A receiver that knows the id already says so with 409; it has acted.
        let confirmed = (200..<300).contains(Int(response.status.code)) || response.status.code == 409
        return (confirmed, Text("HTTP \(response.status.code)"))
    }

    /// Endpoint names and URLs stand in `endpoints.json`, so that clauses hold no addresses.
    private func endpoint(_ name: Text) throws -> String? {
        guard let bytes = try? folder.read("endpoints.json") else { return nil }
        guard case .object(let endpoints) = try JSON(parsing: bytes, bytesMax: 65_536) else { return nil }
        guard case .string(let url)? = endpoints[name] else { return nil }
        return url.string
    }
}
