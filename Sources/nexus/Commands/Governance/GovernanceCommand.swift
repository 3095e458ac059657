import ArgumentParser
import NexusBase
import NexusClause
import NexusGovernance
import NexusRail
import NexusTrust

/// `nexus governance`: what is in force on a rail, and the committee's decisions that are not about clauses.
struct GovernanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "governance", abstract: "Show what is in force, and decide by votes of the committee.",
        subcommands: [
            Show.self, Approve.self, Revoke.self, Override.self, Rotate.self, AdmissionRuleCommand.self,
            StatusPublishCommand.self, GovernanceSignCommand.self, GovernanceHandInCommand.self,
        ])

    struct Votes: ParsableArguments {
        @Option(help: "Key file of a member who approves (repeat).") var key: [String] = []
        @Option(help: "Key file of a member who rejects, for the record (repeat).") var reject: [String] = []
        @Option(help: "Write the signed proposal to this file instead of handing it in; others can sign it too.")
        var write: String?
    }

    struct Show: NexusCommand {
        static let configuration = CommandConfiguration(abstract: "Show the governance in force.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption

        func run(on console: Console) async throws {
            let answer = try await rail.client.call(["operation": "governance"])
            var fields = try Fields(answer, at: "answer")
            console.say(Styled(try fields.required("snapshot").indented))
            console.result(answer)
        }
    }

    struct Approve: NexusCommand {
        static let configuration = CommandConfiguration(abstract: "Approve an operator, an issuer or a feed.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption
        @OptionGroup var votes: Votes
        @Argument(help: "operator, issuer or feed") var kind: String
        @Option(help: "Its name.") var name: String
        @Option(help: "Its DID.") var did: String
        @Option(help: "An operator's jurisdiction.") var jurisdiction: String?

        func run(on console: Console) async throws {
            let did = try DID(parsing: Text(did))
            let decision: Proposal.Decision
            switch kind {
            case "operator":
                guard let jurisdiction else { throw CommandError(.usage, "an operator has a --jurisdiction") }
                decision = .approveOperator(name: Text(name), did: did, jurisdiction: Text(jurisdiction))
            case "issuer": decision = .approveIssuer(name: Text(name), did: did)
            case "feed": decision = .approveFeed(name: Text(name), did: did)
            default: throw CommandError(.usage, "one of operator, issuer, feed", at: kind)
            }
            try await GovernanceCommand.decide(decision, votes, rail, "\(kind) \(name) approved", console)
        }
    }

    struct Revoke: NexusCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke an operator or a node.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption
        @OptionGroup var votes: Votes
        @Argument(help: "operator or node") var kind: String
        @Argument(help: "Its DID.") var did: String
        @Option(help: "Why.") var reason: String

        func run(on console: Console) async throws {
            let did = try DID(parsing: Text(did))
            let decision: Proposal.Decision
            switch kind {
            case "operator": decision = .revokeOperator(did: did, reason: Text(reason))
            case "node": decision = .revokeNode(did: did, reason: Text(reason))
            default: throw CommandError(.usage, "one of operator, node", at: kind)
            }
            try await GovernanceCommand.decide(decision, votes, rail, "\(kind) \(did) revoked", console)
        }
    }

    struct Override: NexusCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide a frozen job. It is recorded as an override, never as agreement of nodes.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption
        @OptionGroup var votes: Votes
        @Argument(help: "The frozen job's digest, or its first six digits.") var job: String
        @Option(help: "TRIGGER, PASS, FAIL or ESCALATE") var signal: String
        @Option(help: "Why.") var reason: String

        func run(on console: Console) async throws {
            guard let signal = Signal(rawValue: signal) else {
                throw CommandError(.usage, "no such signal", at: "--signal \(signal)")
            }
            var fields = try Fields(await rail.client.job(Text(job)), at: "job")
            let decision = Proposal.Decision.overrideOccurrence(
                occurrenceID: try fields.digest("occurrenceId"), jobID: try fields.digest("job"), signal: signal,
                reason: Text(reason))
            try await GovernanceCommand.decide(
                decision, votes, rail, "job \(job) decided as \(signal.rawValue) by override", console)
        }
    }

    static func decide(
        _ decision: Proposal.Decision, _ votes: Votes, _ rail: RailOption, _ done: String, _ console: Console
    ) async throws {
        let governor = try Governor(rail.folder)
        let approving = try votes.key.map { try SigningKey(keyFile: $0) }
        let rejecting = try votes.reject.map { try SigningKey(keyFile: $0) }
        if let path = votes.write {
            let signed = try governor.signed(decision, approving: approving, rejecting: rejecting)
            return try signed.write(to: path, replacing: false, on: console)
        }
        let entry = try await governor.decide(decision, approving: approving, rejecting: rejecting)
        console.say("\(good: console.marks.done) \(done), entry \(entry)")
        console.result(["entry": .int(entry)])
    }
}
