import NexusBase
import NexusEvidence
import NexusTestSupport

/// A scenario and the verdict it must come to.
struct PackCase {
    let name: String
    let description: String
    let check: VerificationReport.Check
    let code: Text
    let scenario: PackScenario

    init(
        _ check: VerificationReport.Check, _ code: Text, _ name: String, _ description: String,
        _ edit: (inout PackScenario) -> Void
    ) {
        self.check = check
        self.code = code
        self.name = name
        self.description = description
        scenario = PackScenario(edit)
    }

    /// Append only: a case keeps its place, since its place is its vector's number.
    static var rejected: [PackCase] {
        formCases + checkpointCases + governanceCases + ballotCases + rollupCases + clauseCases + inputCases
            + bindingCases + statementCases + entitlementCases + quorumCases + resultCases + attestationCases
            + suiteCases + witnessCases + anchorCases + rotationCases + policyCases + feedCases + proofCases
            + overrideCases + standingCases + evidenceCases
    }
}
