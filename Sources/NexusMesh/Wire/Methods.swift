import GRPCCore
import NexusBase

/// The calls of mesh.proto by name.
enum Methods {
    private static let mesh = ServiceDescriptor(fullyQualifiedService: "nexus.mesh.v1.Mesh")
    private static let enrolment = ServiceDescriptor(fullyQualifiedService: "nexus.mesh.v1.Enrolment")

    static let session = MethodDescriptor(service: mesh, method: "Session", type: .bidirectionalStreaming)
    static let renew = MethodDescriptor(service: mesh, method: "Renew", type: .unary)
    static let authority = MethodDescriptor(service: enrolment, method: "Authority", type: .unary)
    static let enrol = MethodDescriptor(service: enrolment, method: "Enrol", type: .unary)
}

/// Hands a message's bytes on unread, so that our decoder says what is wrong with them.
struct BytesSerializer: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }

    func deserialize<Bytes: GRPCContiguousBytes>(_ serializedMessageBytes: Bytes) throws -> [UInt8] {
        serializedMessageBytes.withUnsafeBytes { Array($0) }
    }
}

extension RPCRouter {
    /// Registers a unary call whose messages have forms in wire-v1.
    mutating func registerUnary<Request: WireForm, Response: WireForm>(
        _ method: MethodDescriptor,
        _ answer: @escaping @Sendable (Request, ServerContext) async throws -> Response
    ) {
        registerHandler(forMethod: method, deserializer: BytesSerializer(), serializer: BytesSerializer()) {
            request, context in
            do {
                var iterator = request.messages.makeAsyncIterator()
                guard let bytes = try await iterator.next() else {
                    throw MeshError(.malformedFrame, "a call without a message", at: Request.place)
                }
                let response = try await answer(Request(decoding: bytes), context).encoded()
                return StreamingServerResponse { writer in
                    try await writer.write(response)
                    return [:]
                }
            } catch {
                throw RPCError(mesh: error)
            }
        }
    }
}

extension GRPCClient {
    /// Makes a unary call whose messages have forms in wire-v1. Throws `MeshError`.
    func call<Request: WireForm, Response: WireForm>(
        _ method: MethodDescriptor, _ request: Request, limit: Duration, as response: Response.Type = Response.self
    ) async throws -> Response {
        var options = CallOptions.defaults
        options.waitForReady = false
        options.timeout = limit
        do {
            let bytes = try await unary(
                request: ClientRequest(message: request.encoded()), descriptor: method, serializer: BytesSerializer(),
                deserializer: BytesSerializer(), options: options
            ) { try $0.message }
            return try Response(decoding: bytes)
        } catch {
            throw MeshError(transport: error)
        }
    }
}
