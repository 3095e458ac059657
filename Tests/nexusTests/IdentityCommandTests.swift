import NexusBase
import NexusTestSupport
import Testing

@testable import nexus

/// An issuer, an operator and a status list, from the first key to the revocation.
@Suite struct IdentityCommandTests {
    private struct Parties {
        let scratch: Scratch
        let issuer: String
        let subject: String

        init(suite: String = "ed25519", passphrase: Bool = false) async throws {
            scratch = try Scratch()
            var options: [String] = []
            if passphrase { options = ["--passphrase-file", try scratch.write("a long secret\n", "secret.txt")] }
            let made = try await Binary.run(
                ["id", "new", scratch.file("keys/issuer.key"), "--suite", suite, "--json"] + options)
            #expect(made.status == 0, "\(made.errors)")
            issuer = try Self.text(made.json["did"])
            let other = try await Binary.run("id", "new", scratch.file("keys/operator.key"), "--json")
            subject = try Self.text(other.json["did"])
        }

        private static func text(_ json: JSON?) throws -> String {
            guard case .string(let text)? = json else { throw CommandError(.badInput, "no text") }
            return text.string
        }

        func issue(_ more: String...) async throws -> Binary.Run {
            try await Binary.run(
                [
                    "credential", "issue", "--key", scratch.file("keys/issuer.key"), "--subject", subject, "--type",
                    "GridOperator", "--claims", #"{"level": 3}"#, "--out", scratch.file("c.json"),
                ] + more)
        }

        func verify(_ more: String...) async throws -> Binary.Run {
            try await Binary.run(["credential", "verify", scratch.file("c.json"), "--json"] + more)
        }
    }

    @Test func `a credential is issued, verified, revoked and then refused`() async throws {
        let parties = try await Parties()
        let (list, key) = (parties.scratch.file("list.json"), parties.scratch.file("keys/issuer.key"))
        let url = "https://rail.example/status/1"
        let made = try await Binary.run("credential", "revoke", list, "--new", url, "--key", key)
        #expect(made.status == 0, "\(made.errors)")
        let issued = try await parties.issue("--status-list", url, "--status-index", "94567")
        #expect(issued.status == 0, "\(issued.errors)")
        let unknown = try await parties.verify("--issuer", parties.issuer)
        #expect(unknown.status == 1 && unknown.output.contains("trust.status-unknown"))
        let good = try await parties.verify("--issuer", parties.issuer, "--status-list", list)
        #expect(good.status == 0, "\(good.output)\(good.errors)")
        #expect(try good.json["verdict"] == "accepted")
        #expect(try await Binary.run("credential", "revoke", list, "94567", "--key", key).status == 0)
        let revoked = try await parties.verify("--issuer", parties.issuer, "--status-list", list)
        #expect(revoked.status == 1 && revoked.output.contains("trust.revoked"))
        #expect(try await Binary.run("credential", "revoke", list, "94567", "--undo", "--key", key).status == 2)
        let stranger = try await Binary.run(
            "credential", "revoke", list, "5", "--key", parties.scratch.file("keys/operator.key"))
        #expect(stranger.status == 1)
    }

    @Test func `who was not named to trust is said, and who was not named is refused`() async throws {
        let parties = try await Parties()
        #expect(try await parties.issue().status == 0)
        let open = try await parties.verify()
        #expect(try open.status == 0 && open.json["verdict"] == "signed")
        #expect(open.errors.contains("nobody was named to trust"))
        let other = try await parties.verify("--issuer", parties.subject)
        #expect(other.status == 1 && other.output.contains("trust.wrong-issuer"))
        let late = try await parties.verify("--at", "2999-01-01T00:00:00.000Z")
        #expect(late.status == 0, "no end was given")
    }

    @Test func `a post-quantum issuer under a passphrase signs a token that a strict verifier takes`() async throws {
        let parties = try await Parties(suite: "ml-dsa-65", passphrase: true)
        #expect(try await parties.issue().status == 3, "the key is locked")
        let secret = parties.scratch.file("secret.txt")
        let issued = try await parties.issue("--passphrase-file", secret)
        #expect(issued.status == 0, "\(issued.errors)")
        let strict = try await parties.verify("--issuer", parties.issuer, "--suite", "ML-DSA-65")
        #expect(try strict.status == 0 && strict.json["form"] == "vc+jwt", "\(strict.output)")
        let classical = try await parties.verify("--suite", "Ed25519")
        #expect(classical.status == 1 && classical.output.contains("trust.suite-refused"))
    }

    @Test func `documents of DIDs are shown`() async throws {
        let parties = try await Parties()
        let shown = try await Binary.run("id", "show", parties.issuer, "--json")
        #expect(try shown.status == 0 && shown.json["did"] == .text(parties.issuer))
        let web = try await Binary.run(
            "id", "show", parties.scratch.file("keys/issuer.key"), "--web", "did:web:issuer.example", "--json")
        #expect(try web.json["document.id"] == "did:web:issuer.example")
        #expect(try await Binary.run("id", "show", "did:web:localhost").status == 4)
    }
}
