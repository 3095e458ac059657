import Crypto
import Foundation
import NexusBase
import NexusKeys
import NexusMesh
import NexusNode
import NexusRail
import Subprocess
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct EnrolmentTests {
        @Test func `an enrolment token works once and only before its end`() async throws {
            try await TestRail.with(.init(nodes: 2)) { rail in
                let token = try await rail.invite(.node)
                let first = try await Self.enrol("stranger-1", token, rail)
                #expect(first.isSuccess, "\(first.log)")
                let again = try await Self.enrol("stranger-2", token, rail)
                #expect(!again.isSuccess && again.log.contains("mesh.token-spent"), "\(again.log)")
                let short = try await rail.invite(.node, seconds: 0)
                let late = try await Self.enrol("stranger-2", short, rail)
                #expect(!late.isSuccess && late.log.contains("mesh.token-expired"), "\(late.log)")
                let other = try await rail.invite(.validator)
                let asNode = try await Self.enrol("stranger-2", other, rail)
                #expect(!asNode.isSuccess && asNode.log.contains("the token is for a validator"), "\(asNode.log)")
                // A spent token stays spent when the rail was killed.
                try await rail.process("rail").kill9()
                try await rail.startRail()
                let afterwards = try await Self.enrol("stranger-2", token, rail)
                #expect(!afterwards.isSuccess && afterwards.log.contains("mesh.token-spent"), "\(afterwards.log)")
            }
        }

        /// Method: TLS by a client of another make, so that the refusal is the rail's and not our own client's.
        @Test func `without a certificate of the rail's own CA there is no session`() async throws {
            try await TestRail.with(.init(nodes: 2)) { rail in
                let node = rail.node(0)
                let key = try node.keys(now: .now).transport.privateKey.bytes
                let own = try node.credential()
                let foreign = try CertificateAuthority.make(
                    rail: own.rail, key: Array(P256.Signing.PrivateKey().rawRepresentation), now: .now)
                let forged = try foreign.issueClient(
                    SigningRequest(key: key), name: own.name, now: .now, lifetime: .seconds(600))
                #expect(try await Self.handshake(nil, key, rail) == "refused")
                #expect(try await Self.handshake(forged.bytes, key, rail) == "refused")
                #expect(try await Self.handshake(own.certificate, key, rail) == "answered")
            }
        }

        @Test func `nodes outlive their certificates: each gets the next one in time and work goes on`() async throws {
            try await TestRail.with(.init(nodes: 2, validators: 1, certificateSeconds: 3)) { rail in
                let clause = try await rail.clause([("nodes: 3", "nodes: 2")])
                for season in 2000..<2009 {
                    let job = try await rail.submit(rail.event(clause, season))
                    try await rail.wait(for: job, "certified")
                    try await Task.sleep(for: .seconds(1))
                }
            }
        }

        private static func enrol(
            _ name: String, _ token: String, _ rail: TestRail
        ) async throws -> (isSuccess: Bool, log: String) {
            let run = "\(name)-\(UUID().uuidString.prefix(4))"
            let process = try await rail.start(
                run,
                [
                    "node", "enrol", "\(rail.path)/\(name)", "--token", token, "--trust", rail.folder.trustFile,
                    "--operator-key", "\(rail.path)/keys/operator-1.key", "--jurisdiction", TestRail.parties[0].1,
                ])
            let status = try #require(await process.ended(within: .seconds(15)))
            let log = try String(contentsOfFile: "\(rail.path)/logs/\(run).log", encoding: .utf8)
            return (status.isSuccess, log)
        }

        /// What the mesh's port does with a client that shows this certificate.
        private static func handshake(_ certificate: [UInt8]?, _ key: [UInt8], _ rail: TestRail) async throws -> String
        {
            let folder = "\(rail.path)/tls-\(UUID().uuidString.prefix(4))"
            try Files.makeFolder(folder)
            let pem = try P256.Signing.PrivateKey(rawRepresentation: key).pemRepresentation
            try Data(pem.utf8).write(to: URL(filePath: "\(folder)/key.pem"))
            if let certificate {
                let body = Data(certificate).base64EncodedString(options: [
                    .lineLength64Characters, .endLineWithLineFeed,
                ])
                let text = "-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----\n"
                try Data(text.utf8).write(to: URL(filePath: "\(folder)/certificate.pem"))
            }
            let process = try await ChildProcess(
                "/usr/bin/env",
                [
                    "python3", "-c", script, "\(try #require(rail.folder.listeningPorts()).mesh)",
                    certificate == nil ? "" : folder,
                ], log: "\(folder)/log")
            _ = try #require(await process.ended(within: .seconds(20)))
            let log = try String(contentsOfFile: "\(folder)/log", encoding: .utf8)
            return log.split(separator: "\n").last.map(String.init) ?? ""
        }

        /// With TLS 1.3 the server judges the client's certificate after the client's handshake is over, so only an
        /// answer to what is sent shows that it was taken.
        private static let script = """
            import socket, ssl, sys
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            context.set_alpn_protocols(["h2"])
            if sys.argv[2]:
                context.load_cert_chain(sys.argv[2] + "/certificate.pem", sys.argv[2] + "/key.pem")
            preface = b"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n" + b"\\x00\\x00\\x00\\x04\\x00\\x00\\x00\\x00\\x00"
            try:
                with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=5) as plain:
                    with context.wrap_socket(plain) as secure:
                        secure.sendall(preface)
                        print("answered" if secure.recv(64) else "refused")
            except (ssl.SSLError, OSError) as error:
                print(error)
                print("refused")
            """
    }
}
