import Foundation
import NexusBase

/// A webhook's receiver, as a process of its own: notes every request and does with it what its folder's file `mode`
/// says
/// (`up`, `slow` or `broken`).
struct Receiver {
    struct Request: Hashable {
        let id: String
        let body: String
        /// Whether the receiver came to answer it.
        let answered: Int
    }

    let folder: String
    let port: Int
    let process: ChildProcess
    var url: String { "http://127.0.0.1:\(port)/hook" }

    init(_ folder: String, port: Int, mode: String = "up") async throws {
        self.folder = folder
        self.port = port
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(mode.utf8).write(to: URL(filePath: "\(folder)/mode"))
        process = try await ChildProcess(
            "/usr/bin/env", ["python3", "-u", "-c", Self.script, "\(port)", folder], log: "\(folder)/log")
        try await eventually("the receiver listens") {
            FileManager.default.fileExists(atPath: "\(folder)/listening")
        }
        try FileManager.default.removeItem(atPath: "\(folder)/listening")
    }

    func set(mode: String) throws { try Data(mode.utf8).write(to: URL(filePath: "\(folder)/mode"), options: .atomic) }

    /// Every request so far, in order: its idempotency key, its body, and the status it was answered with.
    func requests() throws -> [Request] {
        guard let text = try? String(contentsOfFile: "\(folder)/requests", encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            return Request(id: String(parts[0]), body: String(parts[1]), answered: Int(parts[2]) ?? 0)
        }
    }

    private static let script = """
        import http.server, os, sys, time
        folder = sys.argv[2]
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                mode = open(folder + "/mode").read()
                status = 500 if mode == "broken" else 200
                with open(folder + "/requests", "a") as file:
                    file.write("%s\\t%s\\t%d\\n" % (self.headers.get("idempotency-key"), body, status))
                if mode == "slow":
                    time.sleep(2)
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()
        http.server.ThreadingHTTPServer.allow_reuse_address = True
        server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
        open(folder + "/listening", "w").close()
        server.serve_forever()
        """
}
