import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
package import NIOSSL
import NexusBase
import NexusDashboard
import NexusIndex
import ServiceLifecycle

/// Serves the API over HTTP/1.1 until it is told to stop. At a graceful stop it takes no new connection, ends the event
/// streams, and answers the requests that it has.
package struct APIServer: Service {
    package struct Options: Sendable {
        package var host = "127.0.0.1"
        package var port = 0
        /// Requests a second that one token may send, on the long run.
        package var rate = 200.0
        /// Certificate and key; plain HTTP without.
        package var tls: TLSConfiguration?
        /// Something before this server ends TLS: browsers keep the cookie for TLS alone, as where it speaks TLS.
        package var isBehindTLS = false

        package init() {}
    }

    private let options: Options
    private let responder: APIResponder
    private let access: Access
    private let index: RailIndex
    private let logger: Logger
    private let onRunning: @Sendable (Int) async -> Void

    /// `onRunning` is given the port once connections are accepted. Throws if the dashboard's templates do not parse.
    package init(
        _ door: RailDoor, access: Access, options: Options, logger: Logger,
        onRunning: @escaping @Sendable (_ port: Int) async -> Void
    ) throws {
        self.options = options
        self.access = access
        self.logger = logger
        self.onRunning = onRunning
        index = door.index
        let api = API(door: door, access: access, metrics: Metrics(), logger: logger)
        responder = APIResponder(
            api: api, limiter: RateLimiter(rate: options.rate), site: try DashboardSite(),
            isSecure: options.tls != nil || options.isBehindTLS)
    }

    package func run() async throws {
        let configuration = HTTP1Channel.Configuration(idleTimeout: APILimits.idleTimeMax)
        var builder: HTTPServerBuilder = .http1(configuration: configuration)
        if let tls = options.tls { builder = try .tls(builder, tlsConfiguration: tls) }
        let application = Application(
            responder: responder, server: builder,
            configuration: .init(
                address: .hostname(options.host, port: options.port), serverName: "nexus",
                availableConnectionsDelegate: MaximumAvailableConnections(APILimits.connectionsMax)),
            onServerRunning: { [onRunning] channel in await onRunning(channel.localAddress?.port ?? 0) }, logger: logger
        )
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await access.run() }
                group.addTask {
                    while !Task.isCancelled {
                        try await Task.sleep(for: APILimits.heartbeat)
                        index.feed.beat()
                    }
                }
                try await application.run()
                group.cancelAll()
            }
        } onGracefulShutdown: { [index] in
            index.feed.close()
        }
    }
}
