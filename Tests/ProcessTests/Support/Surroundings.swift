import Foundation

/// Where the built command, the Wasmtime library and the examples are.
enum Surroundings {
    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The `nexus` that was built beside these tests.
    static let nexus: String = {
        var folder = Bundle.main.bundleURL
        // The runner may be the test product itself or a tool that loads it; the products lie beside one of them.
        for argument in [CommandLine.arguments.first ?? ""] + CommandLine.arguments.dropFirst() {
            let place = URL(filePath: argument).deletingLastPathComponent()
            if FileManager.default.isExecutableFile(atPath: place.appending(path: "nexus").path) { folder = place }
        }
        return folder.appending(path: "nexus").path
    }()

    static let wasmtime =
        ProcessInfo.processInfo.environment["NEXUS_WASMTIME"]
        ?? "\(packageRoot)/.nexus/lib/_libwasmtime.so"

    static let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] == "true"

    /// Whether nodes can run here. In CI they must: then the tests run and fail instead of being skipped.
    static let canRunNodes: Bool = {
        if FileManager.default.fileExists(atPath: wasmtime) || isContinuousIntegration { return true }
        print("skipped: every test of real processes; no Wasmtime at \(wasmtime), see Scripts/fetch-wasmtime")
        return false
    }()

    static let example = "\(packageRoot)/Examples/el-nino"

    /// A TCP port that was free a moment ago.
    static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port: UInt16? = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
            } ? UInt16(bigEndian: pointer.pointee.sin_port) : nil
        }
        guard let port else { throw ProcessFailure("no free port") }
        return Int(port)
    }
}
