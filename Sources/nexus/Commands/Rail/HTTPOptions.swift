import ArgumentParser
import Foundation
import Logging
import NIOSSL
import NexusAPI
import NexusBase
import NexusLogStore
import NexusMesh
import NexusRail

/// How `nexus up` serves the HTTP API.
struct HTTPOptions: ParsableArguments {
    @Option(help: "Serve the HTTP API on this port; any free one if 0.") var http: Int?
    @Option(help: "IP address for the HTTP API.") var httpHost = "127.0.0.1"
    @Option(help: "What anyone may read without a token: log or evidence (repeat).") var `public`: [String] = []
    @Option(help: "Requests a second that one token may send.") var rate = 200
    @Option(help: "PEM file of the server's certificate chain, for TLS.") var tlsCertificate: String?
    @Option(help: "PEM file of its key.") var tlsKey: String?
    @Flag(help: "A proxy before it ends TLS: browsers keep the session's cookie for TLS alone.") var behindTLS = false

    func server(of service: RailService, folder: RailFolder, on console: Console) throws -> APIServer? {
        guard let http, let index = service.index else { return nil }
        guard (0...65_535).contains(http) else { throw CommandError(.usage, "0 to 65535 is needed", at: "--http") }
        guard (1...1_000_000).contains(rate) else { throw CommandError(.usage, "1 to 1000000 is needed", at: "--rate") }
        let open = try self.public.map { name in
            guard let part = PublicPart(rawValue: name) else {
                throw CommandError(.usage, "log or evidence is needed", at: "--public")
            }
            return part
        }
        var options = APIServer.Options()
        options.host = httpHost
        options.port = http
        options.rate = Double(rate)
        options.tls = try tls()
        options.isBehindTLS = behindTLS
        let logger = Logger.shell("nexus.api")
        let scheme = options.tls == nil ? "http" : "https"
        if options.tls == nil, !behindTLS, httpHost != "127.0.0.1", httpHost != "::1" {
            console.warn("tokens go over the network in the clear: give --tls-certificate and --tls-key")
        }
        let host = httpHost
        let door = RailDoor(
            index: index, log: try LogReader(directory: folder.log),
            status: { ErrorClass(code: Self.cause($0)).http },
            call: { [service] in try await service.answer($0, caller: $1) })
        return try APIServer(
            door, access: Access(path: folder.tokens, open: Set(open), now: { .now }, logger: logger), options: options,
            logger: logger
        ) { port in
            console.say("\(good: console.marks.done) HTTP API at \(scheme)://\(host):\(port)")
        }
    }

    /// What the core refused in another room's words stands behind its own name.
    private static func cause(_ code: String) -> String {
        let own = "orchestration."
        let rest = code.dropFirst(own.count)
        return code.hasPrefix(own) && rest.contains(".") ? String(rest) : code
    }

    private func tls() throws -> TLSConfiguration? {
        guard let tlsCertificate, let tlsKey else {
            guard tlsCertificate == nil, tlsKey == nil else {
                throw CommandError(.usage, "give both --tls-certificate and --tls-key")
            }
            return nil
        }
        do {
            return .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(tlsCertificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: tlsKey, format: .pem)))
        } catch {
            throw CommandError(
                .badInput, "the certificate or its key cannot be read", at: "--tls-certificate", cause: error)
        }
    }
}
