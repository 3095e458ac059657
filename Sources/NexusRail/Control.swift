import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
package import NexusBase
import NexusOrchestration

/// The control socket: a rail's own commands reach it over a Unix domain socket in its folder, with mode 0600.
/// Requests and answers are JSON objects (Documentation/Formats/control-v1.md). The REST API will stand beside it.
enum Control {
    private static let service = ServiceDescriptor(fullyQualifiedService: "nexus.control.v1.Control")
    static let call = MethodDescriptor(service: service, method: "Call", type: .unary)
    static let watch = MethodDescriptor(service: service, method: "Watch", type: .serverStreaming)

    /// Messages are bytes; the JSON in them is read under the house's own limits.
    struct Bytes: MessageSerializer, MessageDeserializer {
        func serialize<Wire: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Wire { Wire(message) }
        func deserialize<Wire: GRPCContiguousBytes>(_ bytes: Wire) throws -> [UInt8] {
            bytes.withUnsafeBytes { Array($0) }
        }
    }

    static let messageBytesMax = 64 << 20

    static func errorJSON(_ error: any Error) -> JSON {
        let failure = error as? any CodedFailure
        return [
            "error": [
                "code": .text(failure?.qualifiedCode ?? "internal"), "message": .text(failure?.message ?? "\(error)"),
                "place": failure?.place.map { .text($0) },
            ]
        ]
    }
}

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

/// Serves the control socket.
struct ControlServer {
    let rail: RailService
    let path: String
    let logger: Logger

    func run() async throws {
        // A socket left by a killed process; the journal's lock says that no other rail runs here.
        try? FileManager.default.removeItem(atPath: path)
        let transport = HTTP2ServerTransport.Posix(
            address: .unixDomainSocket(path: path), transportSecurity: .plaintext,
            config: .defaults { config in
                config.rpc.maxRequestPayloadSize = Control.messageBytesMax
                config.http2.targetWindowSize = 8 << 20
            })
        var router = RPCRouter<HTTP2ServerTransport.Posix>()
        router.registerHandler(
            forMethod: Control.call, deserializer: Control.Bytes(), serializer: Control.Bytes()
        ) { request, _ in
            var iterator = request.messages.makeAsyncIterator()
            let bytes = try await iterator.next() ?? []
            let answer = await self.answer(bytes)
            return StreamingServerResponse { writer in
                try await writer.write(answer.canonicalBytes)
                return [:]
            }
        }
        router.registerHandler(
            forMethod: Control.watch, deserializer: Control.Bytes(), serializer: Control.Bytes()
        ) { request, _ in
            let news = rail.watchers.watch()
            return StreamingServerResponse { writer in
                for await item in news { try await writer.write(item.json.canonicalBytes) }
                return [:]
            }
        }
        let server = GRPCServer(transport: transport, router: router)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve() }
            group.addTask {
                _ = try await transport.listeningAddress
                chmod(path, 0o600)
            }
            try await group.waitForAll()
        }
    }

    private func answer(_ bytes: [UInt8]) async -> JSON {
        do {
            let json = try JSON(parsing: bytes, bytesMax: Control.messageBytesMax)
            return try await rail.answer(json)
        } catch {
            return Control.errorJSON(error)
        }
    }
}

extension Watchers.News {
    var json: JSON {
        switch self {
        case .certified(let jobs): ["certified": .array(jobs.map(\.json))]
        case .alert(let alert):
            [
                "alert": [
                    "job": alert.job?.json, "kind": .text(alert.kind.rawValue), "message": .text(alert.message),
                ]
            ]
        case .governance: ["governance": true]
        }
    }
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
