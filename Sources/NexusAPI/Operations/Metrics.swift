import NexusBase
import NexusIndex
import Synchronization

/// What the server counts itself. The names are documented in Documentation/API.md and are under SemVer.
package final class Metrics: Sendable {
    private struct Answered: Hashable, Comparable {
        let route: String
        let method: String
        let status: Int

        static func < (left: Answered, right: Answered) -> Bool {
            (left.route, left.method, left.status) < (right.route, right.method, right.status)
        }
    }

    struct Histogram {
        static let bounds = IndexLimits.certificationBounds
        var counts = [Int](repeating: 0, count: bounds.count + 1)
        var sum = 0.0

        mutating func add(_ seconds: Double) {
            counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
            sum += seconds
        }
    }

    private struct State {
        var answered: [Answered: Int] = [:]
        var times: [String: Histogram] = [:]
        var streams = 0
        var rateLimited = 0
        var unauthorised = 0
    }

    private let state = Mutex(State())

    package init() {}

    func count(route: String, method: String, status: Int, seconds: Double) {
        state.withLock { state in
            state.answered[Answered(route: route, method: method, status: status), default: 0] += 1
            state.times[route, default: Histogram()].add(seconds)
            if status == 429 { state.rateLimited += 1 }
            if status == 401 { state.unauthorised += 1 }
        }
    }

    func streams(_ change: Int) { state.withLock { $0.streams += change } }

    func write(to page: inout MetricsPage) {
        let state = state.withLock { $0 }
        page.begin("nexus_http_requests_total", "counter", "Requests answered.")
        for (answered, count) in state.answered.sorted(by: { $0.key < $1.key }) {
            page.add(
                ["route": answered.route, "method": answered.method, "status": "\(answered.status)"], "\(count)")
        }
        page.begin("nexus_http_request_seconds", "histogram", "From the request's head to its answer's head.")
        for (route, histogram) in state.times.sorted(by: { $0.key < $1.key }) {
            page.add(histogram, ["route": route])
        }
        page.gauge("nexus_http_streams", "Event streams that are open.", state.streams)
        page.counter("nexus_rate_limited_total", "Requests refused for coming too fast.", state.rateLimited)
        page.counter("nexus_unauthorised_total", "Requests without a token that is known.", state.unauthorised)
    }
}

/// A page in Prometheus's text format 0.0.4.
struct MetricsPage {
    private(set) var text = ""
    private var name = ""

    mutating func begin(_ name: String, _ type: String, _ help: String) {
        self.name = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    mutating func gauge(_ name: String, _ help: String, _ value: Int) {
        begin(name, "gauge", help)
        add([:], "\(value)")
    }

    mutating func counter(_ name: String, _ help: String, _ value: Int) {
        begin(name, "counter", help)
        add([:], "\(value)")
    }

    /// Values are route templates, methods, words of ours and DIDs, whose letters need no escaping.
    mutating func add(_ labels: KeyValuePairs<String, String>, _ value: String, suffix: String = "") {
        let list = labels.map { "\($0)=\"\($1)\"" }.joined(separator: ",")
        text += "\(name)\(suffix)" + (list.isEmpty ? "" : "{\(list)}") + " \(value)\n"
    }

    mutating func add(_ histogram: Metrics.Histogram, _ labels: KeyValuePairs<String, String>) {
        let list = labels.map { "\($0)=\"\($1)\"," }.joined()
        var total = 0
        for (index, count) in histogram.counts.enumerated() {
            total += count
            let bound = index < Metrics.Histogram.bounds.count ? "\(Metrics.Histogram.bounds[index])" : "+Inf"
            text += "\(name)_bucket{\(list)le=\"\(bound)\"} \(total)\n"
        }
        add(labels, "\(histogram.sum)", suffix: "_sum")
        add(labels, "\(total)", suffix: "_count")
    }
}
