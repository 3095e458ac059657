import NexusBase
import NexusIndex
import NexusOrchestration

extension API {
    /// `GET /metrics`: the server's own counts, the rail's, and the index's.
    func metricsPage() async throws -> Reply {
        var page = MetricsPage()
        metrics.write(to: &page)
        let counts = try await door.index.counts()
        page.begin("nexus_jobs", "gauge", "Jobs by status.")
        for status in Job.Status.allCases {
            let count = counts.statuses.first { $0.0 == status.rawValue }?.1 ?? 0
            page.add(["status": status.rawValue], "\(count)")
        }
        var histogram = Metrics.Histogram()
        (histogram.counts, histogram.sum) = try await door.index.certificationTimes(bounds: Metrics.Histogram.bounds)
        page.begin("nexus_job_certified_seconds", "histogram", "From a job's acknowledgement to its certificate.")
        page.add(histogram, [:])
        page.counter("nexus_disputes_total", "Disputes opened.", counts.disputes)
        var status = try Fields(await ask("status"), at: "status")
        var journal = try Fields(status.required("journal"), at: "status.journal")
        page.counter(
            "nexus_journal_records_total", "Records journaled by this process.", try journal.integer("records"))
        page.counter(
            "nexus_journal_commits_total", "Group commits of this process, one fsync each.",
            try journal.integer("commits"))
        page.counter("nexus_journal_bytes_total", "Bytes journaled by this process.", try journal.integer("bytes"))
        page.gauge("nexus_log_size", "Entries in the log.", try status.integer("logSize"))
        try await nodes(&page)
        page.gauge("nexus_index_sequence", "The journal's record up to which the index is folded.", door.index.sequence)
        page.gauge("nexus_index_lag", "Steps that are not in the index yet.", door.index.lag)
        page.counter("nexus_index_changes_total", "Changes told to event streams.", door.index.feed.last)
        return Reply(type: "text/plain; version=0.0.4; charset=utf-8", Array(page.text.utf8))
    }

    private func nodes(_ page: inout MetricsPage) async throws {
        var states = ["connected": 0, "away": 0, "revoked": 0]
        for item in try await items("nodes", "nodes") {
            guard case .object(let node) = item else { continue }
            let state = node["revoked"] == true ? "revoked" : node["connected"] == true ? "connected" : "away"
            states[state, default: 0] += 1
        }
        page.begin("nexus_nodes", "gauge", "Nodes by state.")
        for state in ["connected", "away", "revoked"] { page.add(["state": state], "\(states[state] ?? 0)") }
    }
}
