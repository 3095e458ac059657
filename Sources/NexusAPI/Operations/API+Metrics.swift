import NexusBase
import NexusIndex
import NexusOrchestration

extension API {
    /// `GET /metrics`: the server's own counts, the rail's, and the index's.
    func metricsPage() async throws -> Reply {
        var page = MetricsPage()
        metrics.write(to: &page)
        let totals = try await door.index.totals()
        page.begin("nexus_jobs", "gauge", "Jobs by status.")
        for status in Job.Status.allCases {
            page.add(["status": status.rawValue], "\(totals.count(status))")
        }
        var histogram = Metrics.Histogram()
        (histogram.counts, histogram.sum) = (totals.certificationTimes, totals.certificationSeconds)
        page.begin("nexus_job_certified_seconds", "histogram", "From a job's acknowledgement to its certificate.")
        page.add(histogram, [:])
        page.counter("nexus_disputes_total", "Disputes opened.", totals.disputes)
        var status = try Fields(await ask("status", ["brief": true]), at: "status")
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
        let nodes = try await items("nodes", "nodes").compactMap {
            if case .object(let node) = $0 { node } else { nil }
        }
        for node in nodes {
            let state = node["revoked"] == true ? "revoked" : node["connected"] == true ? "connected" : "away"
            states[state, default: 0] += 1
        }
        page.begin("nexus_nodes", "gauge", "Nodes by state.")
        for state in ["connected", "away", "revoked"] { page.add(["state": state], "\(states[state] ?? 0)") }
        freshness(nodes, at: access.now(), &page)
    }

    /// How old each node's evidence is, and how long it counts: what an operator wants to be told of before a node gets
    /// no more work.
    private func freshness(_ nodes: [JSONObject], at now: Instant, _ page: inout MetricsPage) {
        func times(_ key: Text) -> [(node: String, milliseconds: Int64)] {
            nodes.prefix(APILimits.nodesMeasuredMax).compactMap { node in
                guard case .string(let did)? = node["node"], case .string(let text)? = node[key],
                    let time = try? Instant(parsing: text)
                else { return nil }
                return (did.string, time.milliseconds - now.milliseconds)
            }
        }
        func seconds(_ milliseconds: Int64) -> String { "\(Double(milliseconds) / 1000)" }
        page.begin(
            "nexus_node_evidence_age_seconds", "gauge",
            "Since the node's attestation evidence was taken; none, no line.")
        for one in times("attestedAt") { page.add(["node": one.node], seconds(max(0, -one.milliseconds))) }
        page.begin(
            "nexus_node_evidence_fresh_seconds", "gauge",
            "Until the node's evidence counts no more under the admission rule in force; negative since then.")
        for one in times("freshUntil") { page.add(["node": one.node], seconds(one.milliseconds)) }
        page.begin("nexus_nodes_barred", "gauge", "Nodes that get no work now: their standing, or their evidence.")
        page.add([:], "\(nodes.count { $0["standing"] != .string("") })")
    }
}
