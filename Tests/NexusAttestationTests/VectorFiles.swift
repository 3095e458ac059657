import Foundation
import NexusBase

@testable import NexusAttestation

/// The real reports, quotes and collateral beside the package: `NEXUS_VECTORS`, or `../shared/vectors`.
enum VectorFiles {
    static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["NEXUS_VECTORS"] { return URL(fileURLWithPath: path) }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/vectors")
    }()

    /// False, and says so once, where the vectors are not there.
    static let arePresent: Bool = {
        let isThere = FileManager.default.fileExists(atPath: root.appendingPathComponent("sev-snp").path)
        if !isThere {
            print("SKIPPED: no attestation vectors at \(root.path); the suites over real evidence did not run")
        }
        return isThere
    }()

    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: root.appendingPathComponent(path)))
    }

    static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }
}

func instant(_ day: String) throws -> Instant { try Instant(parsing: Text(day + "T00:00:00.000Z")) }

func code(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch let error as any CodedFailure {
        return error.qualifiedCode
    } catch { return "another error: \(error)" }
}
