import Foundation
import NexusBase

/// The parts of a Swift toolchain that build a model.
struct Toolchain {
    let swiftc: String
    let clang: String
    let linker: String
    /// The tables that String needs, for the target.
    let unicodeTables: String

    static let target = "wasm32-unknown-none-wasm"

    /// The toolchain at `$NEXUS_TOOLCHAIN` (the folder that holds `usr`, or `usr` itself), else the one whose `swiftc`
    /// stands first in `$PATH`. Throws `runtime.toolchain-missing`.
    static func locate(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Toolchain {
        if let named = environment["NEXUS_TOOLCHAIN"], !named.isEmpty {
            let folder = URL(filePath: named)
            if let toolchain = Toolchain(folder.appending(path: "usr")) ?? Toolchain(folder) { return toolchain }
            throw RuntimeError(
                .toolchainMissing, "$NEXUS_TOOLCHAIN is not a toolchain that builds for \(target)", at: named)
        }
        for folder in (environment["PATH"] ?? "").split(separator: ":") {
            let compiler = URL(filePath: String(folder)).appending(path: "swiftc")
            guard FileManager.default.isExecutableFile(atPath: compiler.path(percentEncoded: false)) else { continue }
            let real = compiler.resolvingSymlinksInPath()
            let prefix = real.deletingLastPathComponent().deletingLastPathComponent()
            if let toolchain = Toolchain(prefix) { return toolchain }
            throw RuntimeError(
                .toolchainMissing, "this toolchain lacks clang, wasm-ld or the Embedded Swift library for \(target)",
                at: prefix.path(percentEncoded: false))
        }
        throw RuntimeError(.toolchainMissing, "no swiftc in $PATH; name a toolchain in $NEXUS_TOOLCHAIN")
    }

    private init?(_ prefix: URL) {
        func path(_ part: String) -> String? {
            let path = prefix.appending(path: part).path(percentEncoded: false)
            return FileManager.default.isReadableFile(atPath: path) ? path : nil
        }
        guard let swiftc = path("bin/swiftc"), let clang = path("bin/clang"), let linker = path("bin/wasm-ld"),
            let tables = path("lib/swift/embedded/\(Self.target)/libswiftUnicodeDataTables.a")
        else { return nil }
        self.swiftc = swiftc
        self.clang = clang
        self.linker = linker
        unicodeTables = tables
    }
}
