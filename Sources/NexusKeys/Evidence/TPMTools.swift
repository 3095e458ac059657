import Foundation
import NexusBase
import Subprocess

/// tpm2-tools on one TPM; what they pass on to each other lies in a folder.
struct TPMTools: Sendable {
    private static let outputMax = 64 << 10

    let connection: String?
    let folder: String

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func read(_ name: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path(name)) else {
            throw KeyError(.noEvidence, "the TPM's tools left no \(name)", at: folder)
        }
        return Array(data)
    }

    func output(_ tool: String, _ arguments: [String], _ flag: String, _ name: String) async throws -> [UInt8] {
        try await run(tool, arguments + [flag, path(name)])
        return try read(name)
    }

    /// What the tool writes out. Throws `keys.no-evidence` where it fails.
    @discardableResult
    func run(_ tool: String, _ arguments: [String], input: [UInt8] = []) async throws -> [UInt8] {
        let (isDone, output, errors) = try await result(tool, arguments, input)
        guard isDone else {
            throw KeyError(.noEvidence, "\(tool): \(errors.suffix(400))", at: connection ?? "the default TPM")
        }
        return output
    }

    func succeeds(_ tool: String, _ arguments: [String]) async throws -> Bool {
        try await result(tool, arguments).isDone
    }

    private func result(
        _ tool: String, _ arguments: [String], _ input: [UInt8] = []
    ) async throws -> (isDone: Bool, output: [UInt8], errors: String) {
        var settings: [Environment.Key: String?] = [:]
        if let connection { settings["TPM2TOOLS_TCTI"] = connection }
        do {
            let result = try await Subprocess.run(
                .name(tool), arguments: Arguments(arguments), environment: .inherit.updating(settings),
                input: .array(input), output: .bytes(limit: Self.outputMax), error: .string(limit: Self.outputMax))
            return (result.terminationStatus.isSuccess, result.standardOutput, "\(result.standardError)")
        } catch {
            throw KeyError(.noEvidence, "\(tool) does not run; install tpm2-tools", at: tool, cause: error)
        }
    }
}
