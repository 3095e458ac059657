import NexusBase
import NexusClause
import NexusRuntime

/// What is valid in a clause and yet may not be what was meant.
struct ClauseReview {
    let warnings: [String]

    init(_ file: ClauseFile) {
        let clause = file.clause
        var warnings: [String] = []
        if clause.computation.module.description == ClauseFile.placeholder {
            warnings.append(
                "the module is a placeholder: `nexus clause build` compiles the model and writes its digest")
        } else if let beside = Self.moduleBeside(file), beside != clause.computation.module {
            warnings.append(
                "model.wasm beside the clause is \(beside.short)…, the clause names "
                    + "\(clause.computation.module.short)…: "
                    + "`nexus clause build --clause \(file.path)`")
        }
        warnings += Self.aboutTerms(clause) + Self.aboutExecution(clause)
        for input in clause.inputs where input.feed == nil {
            warnings.append("input \(input.name) names no feed: whoever sends the event sets its value")
        }
        for action in clause.actions where action.on.isEmpty {
            warnings.append("action \(action.name) is on no signal and never fires")
        }
        if let text = Self.placeholderText(clause) { warnings.append(text) }
        self.warnings = warnings
    }

    private static func aboutTerms(_ clause: Clause) -> [String] {
        if clause.terms.isEmpty { return ["there are no terms: every evaluation is PASS"] }
        var warnings: [String] = []
        let fires = clause.actions.contains { $0.on.contains(.trigger) }
        if fires, !clause.terms.contains(where: { $0.role == .trigger }) {
            warnings.append("an action waits for TRIGGER, but no term has the role trigger")
        }
        if clause.actions.contains(where: { $0.on.contains(.fail) }),
            !clause.terms.contains(where: { $0.role == .obligation })
        {
            warnings.append("an action waits for FAIL, but no term has the role obligation")
        }
        return warnings
    }

    private static func aboutExecution(_ clause: Clause) -> [String] {
        var warnings: [String] = []
        let rule = clause.execution
        if rule.attestation.contains("simulated") {
            warnings.append("attestation `simulated` is taken: nothing will show what hardware the nodes ran on")
        }
        let places = Set(rule.jurisdictions).count
        if rule.distinct.contains(.jurisdiction), places > 0, places < rule.quorum {
            warnings.append(
                "\(rule.quorum) distinct jurisdictions must agree, but only \(places) may execute: nothing can be "
                    + "certified"
            )
        }
        if let until = clause.validity.until, until.milliseconds - clause.validity.from.milliseconds < 86_400_000 {
            warnings.append("the clause's window is shorter than a day")
        }
        return warnings
    }

    private static func placeholderText(_ clause: Clause) -> String? {
        clause.text.string.contains("Say what this agreement is for")
            ? "the text is still the one that `nexus clause new` wrote" : nil
    }

    private static func moduleBeside(_ file: ClauseFile) -> Digest? {
        let path = Files.join(Files.folder(of: file.path), "model.wasm")
        return (try? Files.read(path, bytesMax: RuntimeLimits.moduleBytesMax)).map { Digest(of: $0) }
    }
}
