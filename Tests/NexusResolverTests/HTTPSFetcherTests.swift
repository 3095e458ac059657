import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NexusBase
import NexusTrust
import Testing

@testable import NexusResolver

/// A server on the loopback interface: what it answers depends on the path.
private final class Answers: ChannelInboundHandler, Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let request) = unwrapInboundIn(data) else { return }
        guard request.uri != "/silent" else { return }
        var head = HTTPResponseHead(version: .http1_1, status: .ok)
        var body = ByteBuffer(string: "{}")
        switch request.uri {
        case "/missing": head.status = .notFound
        case "/moved":
            head.status = .found
            head.headers.add(name: "location", value: "/good")
        case "/large": body = ByteBuffer(repeating: 0x20, count: 100_000)
        default: break
        }
        head.headers.add(name: "content-length", value: "\(body.readableBytes)")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}

@Suite struct HTTPSFetcherTests {
    @Test func `answers, redirects, sizes and silence`() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMap { channel.pipeline.addHandler(Answers()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        let fetcher = HTTPSFetcher()
        func get(_ path: String) async -> String {
            do {
                let bytes = try await fetcher.fetch(
                    Text("http://127.0.0.1:\(port)\(path)"), bytesMax: 65_536, timeout: .milliseconds(1500))
                return String(decoding: bytes, as: UTF8.self)
            } catch { return (error as? TrustError).map { "\($0.qualifiedCode) \($0.message)" } ?? "\(error)" }
        }
        #expect(await get("/good") == "{}")
        #expect(await get("/missing").hasSuffix("the answer is 404"))
        #expect(await get("/moved").hasSuffix("the answer is 302"))
        #expect(await get("/large").hasSuffix("more than 65536 bytes"))
        let begun = ContinuousClock.now
        #expect(await get("/silent").hasPrefix("trust.unresolved"))
        #expect(ContinuousClock.now - begun < .seconds(10))
        try await fetcher.shutdown()
        try await server.close()
    }
}
