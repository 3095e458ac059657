import Foundation
import NexusBase
import NexusRail

/// What a soak measures at one time.
struct SoakSample: Sendable {
    struct Process: Sendable {
        let identifier: Int32
        let bytes: Int
        let descriptors: Int
    }

    let seconds: Double
    let jobs: Int
    let openJobs: Int
    let processes: [String: Process]

    init(_ local: LocalRail, after elapsed: Duration) async throws {
        seconds = Double(elapsed.wholeMilliseconds) / 1000
        var fields = try Fields(await local.client.call(["operation": "status"]), at: "status")
        jobs = try fields.integer("jobs")
        openJobs = try jobs - fields.integer("certified") - fields.integer("frozen")
        var found: [String: Process] = [:]
        for (name, process) in local.children.identifiers {
            // A process that has just ended has no figures.
            guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
                let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
                let kibibytes = line.split(separator: " ").compactMap({ Int($0) }).first,
                let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
            else { continue }
            found[name] = Process(identifier: process, bytes: kibibytes << 10, descriptors: descriptors)
        }
        processes = found
    }
}

/// What a soak says in the end.
struct SoakOutcome {
    struct Growth {
        let name: String
        let before: SoakSample.Process
        let after: SoakSample.Process
        let jobs: Int
    }

    let samples: [SoakSample]
    let bytesPerJob: Int

    init(_ samples: [SoakSample], bytesPerJob: Int) {
        self.samples = samples
        self.bytesPerJob = bytesPerJob
    }

    static let warmUpSeconds = 120.0
    private static let spanSeconds = 30.0

    /// Of each process: the middle one of the samples of half a minute after the warm-up, and of the last half minute
    /// under load. A process that was started again is compared with the one before it at the same place.
    var growths: [Growth] {
        let end = (samples.last { $0.openJobs > 0 } ?? samples.last)?.seconds ?? 0
        let early = samples.filter { (Self.warmUpSeconds..<Self.warmUpSeconds + Self.spanSeconds).contains($0.seconds) }
        let late = samples.filter { $0.seconds > end - Self.spanSeconds && $0.seconds <= end }
        guard let first = early.first, let last = late.last else { return [] }
        return first.processes.keys.sorted().compactMap { name in
            guard let before = Self.middle(of: early, name), let after = Self.middle(of: late, name) else { return nil }
            return Growth(name: name, before: before, after: after, jobs: last.jobs - first.jobs)
        }
    }

    private static func middle(of samples: [SoakSample], _ name: String) -> SoakSample.Process? {
        let found = samples.compactMap { $0.processes[name] }.sorted { $0.bytes < $1.bytes }
        return found.isEmpty ? nil : found[found.count / 2]
    }

    func problems(growthMax: Int) -> [String] {
        var problems: [String] = []
        if growths.isEmpty { problems.append("nothing was measured") }
        if let last = samples.last, last.openJobs > 0 { problems.append("\(last.openJobs) jobs are not decided") }
        for growth in growths {
            let rows = growth.name == "rail" ? growth.jobs * bytesPerJob : 0
            let bytes = growth.after.bytes - growth.before.bytes - rows
            if bytes > growthMax { problems.append("\(growth.name) grew by \(bytes >> 20) MiB") }
            let descriptors = growth.after.descriptors - growth.before.descriptors
            if descriptors > 4 { problems.append("\(growth.name) has \(descriptors) more file descriptors") }
        }
        return problems
    }

    var json: JSON {
        let rows = growths.map { growth in
            (
                Text(growth.name),
                [
                    "bytesAfter": .int(growth.after.bytes), "bytesBefore": .int(growth.before.bytes),
                    "descriptorsAfter": .int(growth.after.descriptors),
                    "descriptorsBefore": .int(growth.before.descriptors),
                ] as JSON
            )
        }
        let rail = growths.first { $0.name == "rail" }
        return [
            "benchmark": "soak", "jobs": .int(samples.last?.jobs ?? 0), "openJobs": .int(samples.last?.openJobs ?? 0),
            "processes": .object(JSONObject(rows)),
            "railBytesPerJob": rail.map { .int(($0.after.bytes - $0.before.bytes) / max(1, $0.jobs)) },
            "samples": .int(samples.count), "seconds": .int(Int(samples.last?.seconds ?? 0)),
        ]
    }
}
