import NexusBase

extension PageReader {
    func overview() async throws -> OverviewPage {
        let rail = try await must("/v1/rail")
        let jobs = try await must("/v1/jobs?limit=200")["items"].items
        let nodes = try await may("/v1/nodes?limit=200")["items"].items
        let disputes = try await may("/v1/disputes?limit=20")["items"].items
        let titles = try await titles()
        let names = try await operatorNames()
        var page = OverviewPage()
        page.tiles = tiles(rail, jobs: jobs, nodes: nodes)
        page.throughput = ColumnChart(columns: Self.byHour(rail["certifiedHours"].items)).svg(
            title: "Certified jobs by hour")
        page.recent = jobs.prefix(12).map { Self.row($0, titles: titles) }
        page.disputes = disputes.map { Self.dispute($0, names: names) }
        return page
    }

    private func tiles(_ rail: Document, jobs: [Document], nodes: [Document]) -> [Tile] {
        let connected = rail["connectedNodes"].int ?? 0
        let known = nodes.count { !$0["revoked"].isTrue }
        let times = jobs.compactMap { job -> Int64? in
            guard let begin = job["acknowledgedAt"].milliseconds, let end = job["certifiedAt"].milliseconds else {
                return nil
            }
            return end - begin
        }.sorted()
        let disputes = rail["disputes"].int ?? 0
        return [
            Tile("jobs certified", rail["certified"].string, note: "of \(rail["jobs"].string)"),
            Tile("nodes connected", String(connected), note: "of \(known)", isAlarm: connected < known),
            Tile(
                "median to certificate", times.isEmpty ? "–" : Self.duration(times[times.count / 2]),
                note: "the last \(times.count)"),
            Tile("entries in the log", rail["logSize"].string),
            Tile("disputes", String(disputes), isAlarm: disputes > 0),
        ]
    }

    /// The 24 hours that end with the last in which something was certified.
    private static func byHour(_ counted: [Document]) -> [(label: String, count: Int)] {
        let hour: Int64 = 3_600_000
        let hours = counted.compactMap { one -> (at: Int64, count: Int)? in
            guard let time = try? Instant(parsing: Text("\(one["hour"].string):00:00.000Z")) else { return nil }
            return (time.milliseconds / hour, one["certified"].int ?? 0)
        }
        guard let last = hours.map(\.at).max() else { return [] }
        return (0..<24).map { place in
            let wanted = last - 23 + Int64(place)
            let clock = (wanted % 24 + 24) % 24
            return ("\(clock < 10 ? "0" : "")\(clock):00", hours.first { $0.at == wanted }?.count ?? 0)
        }
    }

    static func dispute(_ json: Document, names: [(did: String, name: String)]) -> DisputeRow {
        var row = DisputeRow()
        row.number = json["number"].string
        row.job = json["job"].string
        row.shortJob = Document.short(row.job)
        let did = json["operator"].string
        row.operatorName = names.first { $0.did == did }?.name ?? did
        row.kind = json["kind"].string
        row.field = json["field"].text.flatMap { $0.isEmpty ? nil : $0 }
        row.openedAt = json["openedAt"].time
        return row
    }
}
