import Foundation
import NexusBase
import NexusRuntime
import Testing

/// The package's root folder.
let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

func path(_ relative: String) -> String { packageRoot.appending(path: relative).path(percentEncoded: false) }

func bytes(_ relative: String) throws -> [UInt8] {
    Array(try Data(contentsOf: packageRoot.appending(path: relative)))
}

/// The library of this checkout, or one that a search finds.
let library: Result<String, any Error> = Result {
    let fetched = path(".nexus/lib/\(WasmtimeLibrary.fileName)")
    return FileManager.default.fileExists(atPath: fetched) ? fetched : try WasmtimeLibrary.locate()
}

/// The engine that the tests share, where its library is there. In CI it always is.
let sharedEngine: Result<WasmEngine, any Error> = Result { try WasmEngine(libraryPath: try library.get()) }

let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] == "true"

/// Runs a suite where there is an engine; says what is skipped where there is none, and lets CI fail.
struct NeedsEngine {
    static let isThere: Bool = {
        switch sharedEngine {
        case .success: return true
        case .failure(let error):
            print("SKIPPED for want of Wasmtime (run Scripts/fetch-wasmtime): \(error)")
            return isContinuousIntegration
        }
    }()
}

extension Trait where Self == ConditionTrait {
    static var needsEngine: Self { .enabled(if: NeedsEngine.isThere, "run Scripts/fetch-wasmtime") }
}

func engine() throws -> WasmEngine { try sharedEngine.get() }

/// The code of the error that `body` throws.
func code(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let error as any CodedFailure { return error.qualifiedCode } catch { return "\(error)" }
}
