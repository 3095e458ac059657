import Foundation
import NexusBase
import NexusTestInputs

@testable import NexusAttestation

/// The real reports, quotes and collateral among the conformance data.
enum VectorFiles {
    /// False, and says so once, where the vectors are not there.
    static let arePresent: Bool = {
        let isThere = FileManager.default.fileExists(atPath: Vectors.root.appendingPathComponent("sev-snp").path)
        if !isThere {
            print("SKIPPED: no attestation vectors at \(Vectors.root.path); the suites over real evidence did not run")
        }
        return isThere
    }()

    static func text(_ path: String) throws -> String { String(decoding: try Vectors.bytes(path), as: UTF8.self) }
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
