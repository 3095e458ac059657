import NexusBase
import NexusClause
import NexusEvidence

/// What a certificate says, in words, as far as its terms and its clause allow.
struct Certified {
    private let certificate: VerificationReport.Certificate
    private let clause: Clause?

    init(_ certificate: VerificationReport.Certificate, _ clause: Clause?) {
        self.certificate = certificate
        self.clause = clause
    }

    /// `certified non-payout: index 22.31 °C, 1.69 °C below attach (24)`.
    var sentence: String {
        if certificate.isOverride {
            return "decided by the committee, not computed: \(certificate.signal.rawValue)"
        }
        guard let result = certificate.result else { return "certified \(certificate.signal.rawValue)" }
        if case .fault(let code) = result.answer {
            return "certified that the computation cannot answer (\(code)): people must decide"
        }
        let reasons = reasons(result)
        return "certified \(outcome(result))" + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; "))
    }

    private func outcome(_ result: ExecutionResult) -> String {
        let payment = clause?.actions.first { $0.kind == .paymentInstruction && $0.on.contains(.trigger) }
        switch (certificate.signal, payment) {
        case (.trigger, let payment?): return "payout" + (amount(payment, result).map { " of \($0)" } ?? "")
        case (.pass, _?): return "non-payout"
        case (.trigger, nil): return "TRIGGER, the conditions for action are met"
        case (.pass, nil): return "PASS, nothing to do"
        case (.fail, _): return "FAIL, an obligation is breached"
        case (.escalate, _): return "ESCALATE, people must decide"
        }
    }

    private func amount(_ payment: Clause.Action, _ result: ExecutionResult) -> String? {
        guard let name = payment.rate, let rate = result.output(name), let limit = payment.limit,
            let currency = payment.currency, let amount = try? limit.multiplied(by: rate),
            let percent = try? rate.multiplied(by: ExactDecimal(100))
        else { return nil }
        return "\(amount.grouped) \(currency) (\(percent) %)"
    }

    /// The terms that decide: of role trigger or obligation where the clause is known, else all.
    private func reasons(_ result: ExecutionResult) -> [String] {
        result.terms.enumerated().compactMap { index, term in
            if let clause, clause.terms.indices.contains(index), clause.terms[index].role == .information { return nil }
            return TermWords(term).sentence
        }
    }
}

/// One term in words.
struct TermWords {
    let term: Term

    init(_ term: Term) { self.term = term }

    /// `index 22.31 °C, 1.69 °C below attach (24 °C)` for a plain comparison, else `attachment: FAIL by 1.69 °C`.
    var sentence: String {
        guard term.verdict != .undecided else { return "\(term.name) could not be evaluated" }
        guard let margin = term.margin else { return "\(term.name): \(term.verdict.rawValue)" }
        let distance = margin.magnitude
        if let comparison, let observed = term.observed, let threshold = term.threshold {
            let isAbove = comparison.isUpward == (margin >= .zero)
            let relation = distance == .zero ? "exactly at" : "\(distance)\(unit) \(isAbove ? "above" : "below")"
            let bound =
                comparison.right.hasLetters ? "\(comparison.right) (\(threshold)\(unit))" : "\(threshold)\(unit)"
            return "\(comparison.left) \(observed)\(unit), \(relation) \(bound)"
        }
        return "\(term.name): \(term.verdict.rawValue) by \(distance)\(unit)"
    }

    private var unit: String { term.unit.map { " \($0)" } ?? "" }

    /// `left > right` with plain names or numbers on both sides.
    private var comparison: (left: String, right: String, isUpward: Bool)? {
        let words = term.expression.string.split(separator: " ").map(String.init)
        guard words.count == 3, [">", ">=", "<", "<="].contains(words[1]), words[0].isPlain, words[2].isPlain else {
            return nil
        }
        return (words[0], words[2], words[1].hasPrefix(">"))
    }
}

extension String {
    fileprivate var hasLetters: Bool { unicodeScalars.contains { $0.properties.isAlphabetic } }
    fileprivate var isPlain: Bool { allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." } }
}
