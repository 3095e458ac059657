import Foundation
import NexusBase
import NexusPolicy
import NexusTestInputs
import Testing

/// The system's tzdata, read here because the room itself reads no file.
enum SystemTimeZones {
    static let directory = "/usr/share/zoneinfo"

    /// Zones that expressions name; nil where the machine has no tzdata.
    static func load(_ names: [String]) throws -> PolicyTimeZones? {
        var files: [(name: Text, bytes: [UInt8])] = []
        for name in names {
            guard let data = FileManager.default.contents(atPath: directory + "/" + name) else { continue }
            files.append((Text(name), Array(data)))
        }
        return files.isEmpty ? nil : try PolicyTimeZones(version: "system", files: files)
    }

    /// Every zone of the system, for suites whose expressions are not known beforehand.
    static func loadAll() throws -> PolicyTimeZones? {
        let names = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
        let zones = names.filter { name in
            guard let data = FileManager.default.contents(atPath: directory + "/" + name) else { return false }
            return data.starts(with: Array("TZif".utf8)) && !name.hasPrefix("right/") && !name.hasPrefix("posix/")
        }
        return try load(zones.sorted())
    }
}

/// The official conformance suite of the language (cel-spec `tests/simple`), in its JSON form. Every case without
/// `needs_protobuf_messages` must pass. Set NEXUS_VECTORS to run other cases: `$NEXUS_VECTORS/cel/*.json`.
@Suite struct CELConformance {
    @Test func `every case that needs no protobuf messages passes`() throws {
        let folder = Vectors.root.path + "/cel"
        let files =
            (try? FileManager.default.contentsOfDirectory(atPath: folder))?.filter { $0.hasSuffix(".json") } ?? []
        if files.isEmpty, ProcessInfo.processInfo.environment["NEXUS_VECTORS"] == nil {
            print("CELConformance: skipped, no vectors at ../shared/vectors/cel")
            return
        }
        let zones = try SystemTimeZones.loadAll()
        var (passed, failed, outOfScope) = (0, 0, 0)
        for file in files.sorted() {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
            let cases = try ConformanceCase.read(data)
            for test in cases {
                if test.needsMessages {
                    outOfScope += 1
                } else if let reason = test.failure(zones) {
                    failed += 1
                    Issue.record("\(file) \(test.path): \(test.expression)\n  \(reason)")
                } else {
                    passed += 1
                }
            }
        }
        print("CELConformance: \(passed) passed, \(failed) failed, \(outOfScope) out of scope (protobuf messages)")
        #expect(passed + failed > 0, "no case was found in \(folder)")
        #expect(failed == 0)
    }
}
