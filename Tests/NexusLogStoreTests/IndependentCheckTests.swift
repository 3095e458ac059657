import Foundation
import NexusBase
import NexusLog
import Testing

@testable import NexusLogStore

/// A log that the writer made is checked by a program of another language, written from the specifications alone.
@Suite struct IndependentCheckTests {
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Independent/check_log.py").path

    static let hasPython: Bool = {
        let isThere = run("python3 -c 'import cryptography'").status == 0
        if !isThere { print("skipped: no python3 with the package cryptography") }
        return isThere
    }()

    /// Runs a shell command; its output and exit status.
    static func run(_ command: String) -> (output: String, status: CInt) {
        guard let stream = popen(command + " 2>&1", "r") else { return ("", -1) }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let got = fread(&buffer, 1, buffer.count, stream)
            if got == 0 { break }
            output += buffer.prefix(got)
        }
        return (String(decoding: output, as: UTF8.self), pclose(stream))
    }

    func check(_ folder: String, _ key: VerifierKey) async -> (output: String, status: CInt) {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Self.run("python3 '\(Self.script)' '\(folder)' '\(key.text)'"))
            }
        }
    }

    @Test(.enabled(if: hasPython)) func `Python agrees on a log that the writer made, and on a changed one`()
        async throws
    {
        let folder = try Folder()
        let signer = try testSigner()
        let log = try LogWriter(directory: folder.path, origin: origin, keys: [signer.key])
        for (batch, size) in [(0..<7, 7), (7..<256, 256), (256..<700, 700)] {
            _ = try await log.append(entries(batch))
            let signed = try await log.publish(signer)
            let found = await check(folder.path, signer.key)
            #expect(found.output == "\(size) \(signed.checkpoint.root.hex)\n" && found.status == 0)
        }
        let bundle = URL(fileURLWithPath: folder.path + "/tile/entries/001")
        var bytes = try Data(contentsOf: bundle)
        bytes[100] ^= 1
        try bytes.write(to: bundle)
        #expect(await check(folder.path, signer.key).status != 0)
    }
}
