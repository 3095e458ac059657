import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import NexusBase
import NexusMesh
import NexusOrchestration

/// The control socket: a rail's own commands reach it over a Unix domain socket in its folder, with mode 0600.
/// Requests and answers are JSON objects (Documentation/Formats/control-v1.md). The HTTP API makes the same calls.
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

    /// Half of what a journal record may hold, so that whatever is taken can be replayed.
    static let messageBytesMax = 32 << 20

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
            group.addTask { try await server.serveInOrder() }
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
