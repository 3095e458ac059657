import Foundation
import NexusBase
import NexusTestSupport
import Testing

/// `nexus verifier-page`: the page that ships is the page that is tested.
@Suite struct VerifierPageTests {
    @Test func `the page is written once, whole, and is that of the sources`() async throws {
        let scratch = try Scratch()
        let first = try await Binary.run("verifier-page", "verifier.html", "--json", in: scratch.path)
        #expect(first.status == 0, "\(first.errors)")
        let written = try scratch.read("verifier.html")
        #expect(try first.json["digest"] == Digest(of: written).json)
        #expect(written == Array(try String(contentsOfFile: path("Web/verifier/verifier.html"), encoding: .utf8).utf8))
        #expect(try await Binary.run("verifier-page", "verifier.html", in: scratch.path).status == 3)
        #expect(try await Binary.run("verifier-page", "verifier.html", "--force", in: scratch.path).status == 0)
    }
}
