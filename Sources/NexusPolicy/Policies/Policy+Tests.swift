import NexusBase

extension Policy {
    /// The outcome of each test: nil where it passed, else what differed. All tests together take at most `costMax`
    /// steps; those that pass it fail.
    public func runTests(
        limits: PolicyLimits = .standard, costMax: UInt64 = .max
    ) -> [(test: Test, failure: String?)] {
        var left = costMax
        return tests.map { test in
            let (failure, cost) = outcome(of: test, limits, left)
            left -= min(left, cost)
            return (test, failure)
        }
    }

    private func outcome(of test: Test, _ limits: PolicyLimits, _ costMax: UInt64) -> (failure: String?, cost: UInt64) {
        let decision: PolicyDecision
        do { decision = try decide(given: test.given, limits: limits, costMax: costMax) } catch {
            return ("\(error)", 0)
        }
        return (difference(of: decision, from: test), decision.cost)
    }

    private func difference(of decision: PolicyDecision, from test: Test) -> String? {
        let refusedBy = decision.refusals.map(\.rule)
        let notified = decision.notifications.map(\.notify)
        if refusedBy != test.refusedBy || decision.isPermitted != test.isPermitted {
            let reasons = decision.refusals.map { "\($0.rule): \($0.sentence)" }.joined(separator: "; ")
            return decision.isPermitted
                ? "permitted, but a refusal was expected"
                : "refused by \(Self.list(refusedBy)), expected \(Self.list(test.refusedBy)); \(reasons)"
        }
        if notified != test.notified { return "notified \(Self.list(notified)), expected \(Self.list(test.notified))" }
        return nil
    }

    private static func list(_ names: [Text]) -> String {
        names.isEmpty ? "none" : names.map(\.string).joined(separator: ", ")
    }
}
