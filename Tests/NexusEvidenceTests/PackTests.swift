import NexusBase
import NexusClause
import NexusEvidence
import NexusTestSupport
import Testing

@Suite struct PackTests {
    @Test func `a pack of three agreeing nodes is accepted`() throws {
        let report = try PackScenario().build().report()
        #expect(report.failure == nil)
        let certificate = try #require(report.certificate)
        #expect(certificate.signal == .trigger)
        #expect(certificate.agreeing.count == 3)
        #expect(report.lines.map(\.check) == VerificationReport.Check.allCases)
    }
}
