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
        #expect(report.lines.map(\.check) == VerificationReport.Check.allCases.filter { $0 != .proof })
    }

    @Test func `a proved result is accepted after thirteen checks, and what the proof does not say is said`() throws {
        let report = try PackScenario.proved().build().report()
        #expect(report.lines.map(\.check) == VerificationReport.Check.allCases)
        #expect(report.certificate?.isProved == true)
        #expect(report.caveats.contains { $0.contains("the terms over them are what the node signed") })
    }
}
