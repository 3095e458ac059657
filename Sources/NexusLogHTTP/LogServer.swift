import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
package import NexusBase
package import NexusLogStore
package import NexusWitness
import ServiceLifecycle

/// Serves a log's folder, or a witness, over HTTP/1.1 until it is told to stop. TLS is for what stands before it.
package struct LogServer: Service {
    package enum Content: Sendable {
        /// The files of a log, read-only (c2sp.org/tlog-tiles).
        case log(LogReader)
        /// `POST /add-checkpoint` (c2sp.org/tlog-witness); `now` gives the time of cosignatures.
        case witness(Witness, now: @Sendable () -> Instant)
    }

    private let content: Content
    private let host: String
    private let port: Int
    private let logger: Logger
    private let onRunning: @Sendable (Int) async -> Void

    /// `port` 0 takes any free one; `onRunning` is given the port once connections are accepted.
    package init(
        _ content: Content, host: String, port: Int, logger: Logger,
        onRunning: @escaping @Sendable (_ port: Int) async -> Void
    ) {
        self.content = content
        self.host = host
        self.port = port
        self.logger = logger
        self.onRunning = onRunning
    }

    package func run() async throws {
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            Self.response(await Self.answer(request, content), to: request)
        }
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname(host, port: port), serverName: "nexus"),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }

    private static func answer(_ request: Request, _ content: Content) async -> HTTPAnswer {
        let method = request.method.rawValue
        switch content {
        case .log(let reader): return await StaticLog(reader).answer(method: method, path: request.uri.path)
        case .witness(let witness, let now):
            guard request.uri.path.utf8.elementsEqual("/add-checkpoint".utf8) else { return .notFound }
            guard method == "POST" else { return .notAllowed("POST") }
            do {
                let body = try await request.body.collect(upTo: WitnessLimits.requestBytesMax)
                return HTTPAnswer(await witness.addCheckpoint(Array(body.readableBytesView), now: now()))
            } catch is NIOTooManyBytesError {
                return HTTPAnswer(413, text: "at most \(WitnessLimits.requestBytesMax) bytes\n")
            } catch {
                return HTTPAnswer(400, text: "the request did not arrive whole\n")
            }
        }
    }

    private static func response(_ answer: HTTPAnswer, to request: Request) -> Response {
        var headers = HTTPFields()
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { headers[name] = header.value }
        }
        let response = Response(
            status: .init(code: answer.status), headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
        return request.method == .head ? response.createHeadResponse() : response
    }
}
