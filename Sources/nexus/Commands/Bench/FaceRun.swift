import Foundation
import NIOCore
import NexusBase
import NexusClause
import NexusEvidence
import NexusOrchestration
import Synchronization

/// The measurements of `nexus bench face`, each a JSON line.
struct FaceRun: Sendable {
    let clause: Clause
    let local: LocalRail
    let client: FaceClient
    let seconds: Int
    let connections: Int

    /// Requests one after the other on each connection, for `seconds`; sorted times in microseconds.
    private func repeated(
        _ connections: Int, _ body: @escaping @Sendable (_ turn: Int) async throws -> Void
    ) async throws -> (times: [Int], seconds: Double) {
        let (began, limit) = (ContinuousClock.now, Duration.seconds(seconds))
        let times = try await withThrowingTaskGroup(of: [Int].self) { group in
            for connection in 0..<connections {
                group.addTask {
                    var times: [Int] = []
                    while began.duration(to: .now) < limit {
                        let start = ContinuousClock.now
                        try await body(times.count * connections + connection)
                        times.append(Int(start.duration(to: .now) / .microseconds(1)))
                    }
                    return times
                }
            }
            return try await group.reduce(into: [Int]()) { $0 += $1 }
        }
        return (times.sorted(), began.duration(to: .now) / .seconds(1))
    }

    private func line(
        _ name: String, _ run: (times: [Int], seconds: Double), each: Int = 1, more: JSONObject = [:]
    ) -> JSON {
        var object = more
        object["benchmark"] = .text("face.\(name)")
        object["connections"] = object["connections"] ?? .int(connections)
        object["perSecond"] = .int(Int(Double(run.times.count * each) / run.seconds))
        object["p50Microseconds"] = .int(run.times[run.times.count / 2])
        object["p99Microseconds"] = .int(run.times[run.times.count * 99 / 100])
        object["requests"] = .int(run.times.count)
        return .object(object)
    }

    func submissions() async throws -> JSON {
        let load = Load(clause: clause, count: 0, window: 0, batch: 0, first: 500_000_000)
        let run = try await repeated(connections) { turn in
            try await client.post("/v1/jobs", load.event(turn).json.canonicalBytes, type: "application/json")
        }
        try await client.settle()
        return line("submit", run)
    }

    /// CloudEvents in batches; `perSecond` counts events.
    func batches(of size: Int) async throws -> JSON {
        let load = Load(clause: clause, count: 0, window: 0, batch: 0, first: 600_000_000)
        let senders = min(4, connections)
        let run = try await repeated(senders) { turn in
            let events = (0..<size).map { Self.cloudEvent(load.event(turn * size + $0)) }
            try await client.post(
                "/v1/events", JSON.array(events).canonicalBytes, type: "application/cloudevents-batch+json")
        }
        try await client.settle()
        return line("batch", run, each: size, more: ["batch": .int(size), "connections": .int(senders)])
    }

    private static func cloudEvent(_ event: Event) -> JSON {
        guard case .object(var data) = event.json else { preconditionFailure("an event is an object") }
        data["trigger"] = nil
        data["occurrence"] = nil
        return [
            "data": .object(data), "id": .string(event.trigger.eventID), "source": .string(event.trigger.source),
            "specversion": "1.0", "subject": .string(event.occurrence), "type": "nexus.trigger.manual",
        ]
    }

    /// Certified jobs of the whole rail, evenly, in an order in which neighbours do not follow each other.
    private func sample(_ count: Int) async throws -> [String] {
        var found: [String] = []
        var cursor: Text?
        repeat {
            let more = cursor.map { "&cursor=\($0)" } ?? ""
            var page = try await client.json("/v1/jobs?limit=200&status=certified\(more)")
            found += try page.list("items") { json, place in
                var job = try Fields(json, at: place)
                return try job.digest("job").description
            }
            cursor = try page.optionalText("next")
        } while cursor != nil
        guard !found.isEmpty else { throw CommandError(.inputOutput, "no job is certified") }
        // A job's id is a digest: by its order they stand anywhere on the rail.
        let step = max(1, found.count / count)
        return stride(from: 0, to: found.count, by: step).map { found[$0] }.sorted()
    }

    func reads() async throws -> [JSON] {
        let jobs = try await sample(2_000)
        let kinds: [(String, @Sendable (Int) -> String)] = [
            ("job", { "/v1/jobs/\(jobs[$0 % jobs.count])" }), ("list", { _ in "/v1/jobs?limit=50" }),
            ("search", { _ in "/v1/search?status=certified&signal=PASS&jurisdiction=PE&limit=50" }),
            ("pack", { "/v1/jobs/\(jobs[$0 % jobs.count])/evidence" }),
        ]
        var lines: [JSON] = []
        for (name, path) in kinds {
            let run = try await repeated(connections) { turn in _ = try await client.get(path(turn)) }
            lines.append(line("read.\(name)", run))
        }
        return lines
    }

    /// A page of each kind.
    func places() async throws -> [String] {
        var page = try await client.json("/v1/jobs?limit=1&status=certified")
        let job = try page.list("items") { json, place in
            var job = try Fields(json, at: place)
            return try job.digest("job").description
        }[0]
        return [
            "/", "/clauses", "/clauses/\(clause.id)", "/jobs/\(job)", "/nodes", "/log", "/governance", "/evidence",
            "/hand-in",
        ]
    }

    /// Each page, and what monitors ask for, alone on one connection.
    func documents() async throws -> [JSON] {
        var lines: [JSON] = []
        let none = "/v1/search?node=did%3Akey%3Aznobody"
        for path in try await places() + ["/v1/rail", "/metrics", "/v1/jobs?disputed=true", none] {
            let turns = 20
            var times: [Int] = []
            var bytes = 0
            for _ in 0..<turns {
                let start = ContinuousClock.now
                bytes = try await client.get(path).count
                times.append(Int(start.duration(to: .now) / .microseconds(1)))
            }
            let first = times[0]
            times.sort()
            lines.append([
                "benchmark": "face.page", "bytes": .int(bytes), "firstMicroseconds": .int(first),
                "maxMicroseconds": .int(times[turns - 1]), "p50Microseconds": .int(times[turns / 2]),
                "path": .text(path),
            ])
        }
        return lines
    }

    /// What the rail's memory grows by with so many open streams, idle and after each was told of the same jobs.
    func streams(_ count: Int, _ name: String) async throws -> JSON {
        let before = memory()
        let (opened, told) = (Count(), Count())
        let many = FaceClient(base: client.base, token: client.token, connections: count + 8)
        let load = Load(
            clause: clause, count: 0, window: 0, batch: 0, first: name == "streams" ? 400_000_000 : 410_000_000)
        var (idle, toldMemory) = (0, 0)
        var seconds = ""
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await many.follow {
                        opened.add()
                    } until: { part in
                        String(buffer: part).contains("\"status\":\"certified\"")
                    }
                    told.add()
                }
            }
            while opened.value < count { try await Task.sleep(for: .milliseconds(20)) }
            try await Task.sleep(for: .seconds(1))
            idle = memory()
            let began = ContinuousClock.now
            try await client.post("/v1/jobs", load.event(0).json.canonicalBytes, type: "application/json")
            try await group.waitForAll()
            seconds = began.duration(to: .now).inSeconds
            toldMemory = memory()
        }
        try await many.close()
        return [
            "benchmark": .text("face.\(name)"), "kibibytesBefore": .int(before), "kibibytesOpen": .int(idle),
            "kibibytesTold": .int(toldMemory),
            "kibibytesPerStream": .text(String(format: "%.1f", Double(idle - before) / Double(count))),
            "secondsUntilAllWereToldOfACertificate": .text(seconds), "streams": .int(count),
            "told": .int(told.value),
        ]
    }

    /// Resident memory of the rail's process, in KiB (Linux).
    private func memory() -> Int {
        guard let process = local.children.identifiers["rail"],
            let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") })
        else { return 0 }
        return Int(line.split(separator: " ").dropFirst().first { Int($0) != nil } ?? "") ?? 0
    }
}

/// Counts from many tasks.
private final class Count: Sendable {
    private let state = Mutex(0)
    var value: Int { state.withLock { $0 } }

    func add() { state.withLock { $0 += 1 } }
}

/// A TCP port of the loopback address that was free a moment ago.
enum LoopbackPort {
    static func free() throws -> Int {
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
        guard let port else { throw CommandError(.inputOutput, "no port of the loopback address is free") }
        return Int(port)
    }
}
