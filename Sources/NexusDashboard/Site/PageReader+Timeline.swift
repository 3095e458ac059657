import NexusBase

extension PageReader {
    /// What happened to a job, in order, as far as the looker may see it.
    static func steps(
        _ detail: Document, _ trace: Document, _ names: [(did: String, name: String)]
    ) -> [TimelineStep] {
        // The index's row of the job has more times than the rail's own.
        let job = trace["job"].json == nil ? detail : trace["job"]
        var steps = [TimelineStep(at: exact(job["acknowledgedAt"]), "Event received", detail: origin(trace))]
        let attempts = trace["attempts"].items.isEmpty ? detail["attempts"].items : trace["attempts"].items
        let operators = attempts.map { attempt in
            let did = attempt["operator"].string
            return names.first { $0.did == did }?.name ?? Document.short(did)
        }
        if let first = attempts.first {
            let count = attempts.count == 1 ? "One node was" : "\(attempts.count) nodes were"
            steps.append(
                TimelineStep(
                    at: exact(first["issuedAt"]), "\(count) sent the job", detail: operators.joined(separator: ", ")))
        }
        steps += outcomes(attempts, operators)
        if let at = job["decidedAt"].text { steps.append(TimelineStep(at: exact(Document(.text(at))), "Decided")) }
        if let number = trace["rollup"]["number"].text {
            let place = trace["rollup"]["logIndex"].text.map { "entry \($0) of the log" }
            steps.append(
                TimelineStep(at: exact(trace["rollup"]["sealedAt"]), "Sealed in rollup \(number)", detail: place))
        }
        if let size = trace["checkpoint"]["logSize"].text {
            steps.append(
                TimelineStep(at: exact(trace["checkpoint"]["at"]), "Under a checkpoint", detail: "of \(size) entries"))
        }
        steps.append(ending(detail, job))
        return steps
    }

    private static func outcomes(_ attempts: [Document], _ operators: [String]) -> [TimelineStep] {
        let agreed = zip(attempts, operators).filter { $0.0["outcome"].text == "agreed" }.map(\.1)
        var steps: [TimelineStep] = []
        if !agreed.isEmpty {
            let text = agreed.count == 1 ? "One statement holds" : "\(agreed.count) statements agree"
            steps.append(TimelineStep(at: "", text, detail: agreed.joined(separator: ", ")))
        }
        for (attempt, name) in zip(attempts, operators) {
            let outcome = attempt["outcome"].string
            guard outcome != "agreed", outcome != "pending" else { continue }
            let detail = [name, attempt["detail"].text].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
            steps.append(TimelineStep(at: "", "One \(outcome)", detail: detail, state: "wrong"))
        }
        return steps
    }

    private static func ending(_ detail: Document, _ job: Document) -> TimelineStep {
        switch detail["status"].string {
        case "certified":
            TimelineStep(at: exact(job["certifiedAt"]), "Certified", detail: "the evidence pack is released")
        case "withdrawn": TimelineStep(at: "", "Withdrawn", detail: detail["because"].text, state: "wrong")
        case "frozen": TimelineStep(at: "", "Frozen: people decide", detail: detail["because"].text, state: "wrong")
        case let status: TimelineStep(at: "", status, detail: detail["because"].text, state: "now")
        }
    }

    private static func origin(_ trace: Document) -> String? {
        let trigger = trace["event"]["trigger"]
        guard let kind = trigger["type"].text else { return nil }
        let caller = trace["caller"]["name"].text.map { ", sent by \($0)" } ?? ""
        return "\(kind), from \(trigger["source"].string)\(caller)"
    }

    /// A time with its milliseconds.
    private static func exact(_ time: Document) -> String {
        String(time.string.prefix(23)).replacing("T", with: " ")
    }
}
