import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
package import NexusBase

/// What a control call was refused with, as the rail coded it.
package struct ControlFailure: CodedFailure {
    package let qualifiedCode: String
    package let message: String
    package let place: String?

    package init(qualifiedCode: String, message: String, place: String?) {
        self.qualifiedCode = qualifiedCode
        self.message = message
        self.place = place
    }

    package var description: String { "\(qualifiedCode): \(message)" + (place.map { " (at \($0))" } ?? "") }
}

/// A command's way to a running rail.
package struct ControlClient: Sendable {
    private let path: String

    package init(_ folder: RailFolder) { path = folder.controlSocket }

    /// Runs `body` with one connection. Throws `rail.unreachable`, or `ControlFailure` with the rail's code.
    package func withConnection<Value: Sendable>(
        _ body: @escaping @Sendable (ControlConnection) async throws -> Value
    ) async throws -> Value {
        guard FileManager.default.fileExists(atPath: path) else {
            throw RailError(.unreachable, "no rail runs in this folder; start it with `nexus up`", at: path)
        }
        let transport = try HTTP2ClientTransport.Posix(
            target: .unixDomainSocket(path: path), transportSecurity: .plaintext)
        return try await withGRPCClient(transport: transport) { client in
            try await body(ControlConnection(client: client))
        }
    }

    /// One call.
    package func call(_ request: JSON) async throws -> JSON {
        try await withConnection { try await $0.call(request) }
    }
}

package struct ControlConnection: Sendable {
    fileprivate let client: GRPCClient<HTTP2ClientTransport.Posix>

    package func call(_ request: JSON) async throws -> JSON {
        var options = CallOptions.defaults
        options.waitForReady = false
        options.maxRequestMessageBytes = Control.messageBytesMax
        options.maxResponseMessageBytes = Control.messageBytesMax
        let bytes: [UInt8]
        do {
            bytes = try await client.unary(
                request: ClientRequest(message: request.canonicalBytes), descriptor: Control.call,
                serializer: Control.Bytes(), deserializer: Control.Bytes(), options: options
            ) { try $0.message }
        } catch let error as RPCError {
            throw RailError(.unreachable, "the rail does not answer: \(error.message)", cause: error)
        }
        let answer = try JSON(parsing: bytes, bytesMax: Control.messageBytesMax)
        guard case .object(let object) = answer, case .object(let error)? = object["error"] else { return answer }
        func text(_ key: Text) -> String? { if case .string(let text)? = error[key] { text.string } else { nil } }
        throw ControlFailure(
            qualifiedCode: text("code") ?? "internal", message: text("message") ?? "", place: text("place"))
    }

    /// Follows what the rail does until `body` returns false.
    package func watch(_ body: @escaping @Sendable (JSON) async throws -> Bool) async throws {
        try await client.serverStreaming(
            request: ClientRequest(message: [UInt8]()), descriptor: Control.watch, serializer: Control.Bytes(),
            deserializer: Control.Bytes(), options: .defaults
        ) { response in
            for try await bytes in response.messages {
                if try await !body(JSON(parsing: bytes)) { return }
            }
        }
    }
}
