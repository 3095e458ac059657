import Foundation
import NexusBase

/// OpenSSL as a time-stamping authority: a root, a certificate for time stamps, and `openssl ts`.
package final class OpenSSLAuthority: Sendable {
    package struct Failed: Error { let output: String }

    package let folder: String
    /// The root in DER.
    package let root: [UInt8]

    /// `key` is what `openssl req -newkey` takes. Blocks.
    package init(key: String) throws {
        folder = NSTemporaryDirectory() + "nexus-tsa-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let configuration = """
            [tsa]
            serial = \(folder)/serial
            signer_cert = \(folder)/tsa.pem
            signer_key = \(folder)/tsa.key
            certs = \(folder)/tsa.pem
            signer_digest = sha256
            default_policy = 1.2.3.4
            digests = sha256, sha384, sha512
            accuracy = secs:1, millisecs:500, microsecs:100
            ordering = yes
            tsa_name = yes
            ess_cert_id_chain = no
            [ca]
            basicConstraints = critical, CA:TRUE
            keyUsage = critical, keyCertSign
            [stamp]
            extendedKeyUsage = critical, timeStamping
            keyUsage = critical, digitalSignature
            [req]
            distinguished_name = name
            [name]
            """
        try configuration.write(toFile: folder + "/tsa.cnf", atomically: true, encoding: .utf8)
        try "01\n".write(toFile: folder + "/serial", atomically: true, encoding: .utf8)
        let commands = [
            "openssl req -x509 -config tsa.cnf -extensions ca -newkey \(key) -nodes -keyout ca.key -out ca.pem "
                + "-subj '/CN=Test CA' -days 30 -sha256",
            "openssl req -config tsa.cnf -newkey \(key) -nodes -keyout tsa.key -out tsa.csr -subj '/CN=Test TSA'",
            "openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -set_serial 129 -out tsa.pem -days 30 -sha256 "
                + "-extfile tsa.cnf -extensions stamp",
            "openssl x509 -in ca.pem -outform DER -out ca.der",
        ]
        let made = Self.run("cd '\(folder)' && " + commands.joined(separator: " && "))
        guard made.status == 0, let data = FileManager.default.contents(atPath: folder + "/ca.der") else {
            throw Failed(output: made.output)
        }
        root = [UInt8](data)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// TimeStampResp for a TimeStampReq. Blocks.
    package func answer(_ request: [UInt8]) throws -> [UInt8] {
        let name = UUID().uuidString
        try Data(request).write(to: URL(fileURLWithPath: "\(folder)/\(name).tsq"))
        let made = Self.run(
            "cd '\(folder)' && openssl ts -reply -config tsa.cnf -section tsa -queryfile \(name).tsq -out \(name).tsr")
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name).tsr") else {
            throw Failed(output: made.output)
        }
        return [UInt8](data)
    }

    /// Whether `openssl ts -verify` takes a token. Blocks.
    package func accepts(_ token: [UInt8], over message: [UInt8]) throws -> Bool {
        try Data(token).write(to: URL(fileURLWithPath: "\(folder)/token.der"))
        try Data(message).write(to: URL(fileURLWithPath: "\(folder)/message"))
        return Self.run(
            "cd '\(folder)' && openssl ts -verify -data message -in token.der -token_in -CAfile ca.pem"
        ).status == 0
    }

    /// Runs a shell command; its output and exit status. Blocks.
    package static func run(_ command: String) -> (output: String, status: CInt) {
        guard let stream = popen("(" + command + ") 2>&1", "r") else { return ("", -1) }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let got = fread(&buffer, 1, buffer.count, stream)
            if got == 0 { break }
            output += buffer.prefix(got)
        }
        return (String(decoding: output, as: UTF8.self), pclose(stream))
    }
}
