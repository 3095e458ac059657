import ArgumentParser
import NexusBase
import NexusClause
import NexusGovernance
import NexusPolicy
import NexusRail
import NexusTrust

/// `nexus policy publish`: the issuer puts its policy on the rail, as a draft.
struct PolicyPublishCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish a policy on a rail, signed by its issuer.",
        discussion: """
            EXAMPLES
              nexus policy publish Examples/policies/two-approvals.json --key issuer.key --rail FOLDER

            A published policy is a draft: no job is asked about it. Its variables are those that a rail fills \
            (Documentation/Formats/policy-v1.md, "On a rail"), and constants.
            """)
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @Argument(help: "The policy (policy-v1).", completion: .file(extensions: ["json"])) var file: String
    @Option(help: "The issuer's key file.") var key: String

    func run(on console: Console) async throws {
        let policy = try PolicyFile(file).policy
        let entry = try await Governor(rail.folder).decide(
            .publishPolicy(document: policy.json.canonicalBytes), approving: [SigningKey(keyFile: key)])
        console.say("\(good: console.marks.done) \(policy.id.string) published as a draft, entry \(String(entry))")
        console.next(["nexus policy approve \(policy.id) --stage simulated --key FILE --key FILE --key FILE"])
        console.result(["digest": policy.digest.json, "entry": .int(entry), "policy": .string(policy.id)])
    }
}

/// `nexus policy approve`: the committee takes a policy to its next stage.
struct PolicyApproveCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Take a published policy to its next stage, by votes of the committee.",
        discussion: """
            Stages: simulated (the tests beside its rules are run, and must pass), reviewed, active, deprecated. An \
            active policy is asked at every step of every job; it supersedes the active version before it.
            """)
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @OptionGroup var votes: GovernanceCommand.Votes
    @Argument(help: "The policy's id or digest.") var policy: String
    @Option(help: "simulated, reviewed, active or deprecated") var stage: String
    @Option(help: "A note for the record.") var note = ""

    func run(on console: Console) async throws {
        guard let stage = LifecycleStage(rawValue: stage) else {
            throw CommandError(.usage, "no such stage", at: "--stage \(stage)")
        }
        let published = try await rail.publishedPolicy(Text(policy))
        try await GovernanceCommand.decide(
            .advancePolicy(digest: published.policy.digest, stage: stage, note: Text(note)), votes, rail,
            "\(published.policy.id) is \(stage.rawValue)", console)
    }
}

/// `nexus policy list`
struct PolicyListCommand: NexusCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the policies of a rail.")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption

    func run(on console: Console) async throws {
        let answer = try await rail.client.call(["operation": "policies"])
        var fields = try Fields(answer, at: "answer")
        var table = Table([.left("policy"), .left("stage"), .left("digest"), .left("description")])
        for json in try fields.array("policies") {
            var policy = try Fields(json, at: "policy")
            let stage = try policy.text("stage").string
            table.add([
                Styled(try policy.text("id").string), .stage(stage),
                Styled(try policy.digest("digest").short),
                Styled(try policy.optionalText("description")?.string ?? ""),
            ])
        }
        console.show(table)
        console.result(answer)
    }
}

/// `nexus policy show`
struct PolicyShowCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a policy of a rail: its rules and their reasons.")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @Argument(help: "The policy's id or digest.") var policy: String

    func run(on console: Console) async throws {
        let (policy, stage) = try await rail.publishedPolicy(Text(policy))
        console.say("\(bold: policy.id.string)  \(policy.description?.string ?? "")")
        console.facts([("stage", Styled(stage.string)), ("digest", Styled("\(policy.digest)"))])
        for rule in policy.rules {
            console.say()
            console.say("\(bold: rule.name.string)  \(rule.effect.rawValue) \(rule.notify?.string ?? "")")
            console.say("  \(accent: rule.when.source.string)")
            console.say("  \(dim: rule.because.string)")
        }
        console.result(["digest": policy.digest.json, "policy": policy.json, "stage": .string(stage)])
    }
}

extension RailOption {
    /// A published policy by id or digest, with its stage.
    func publishedPolicy(_ name: Text) async throws -> (policy: Policy, stage: Text) {
        var fields = try Fields(await client.call(["operation": "policies"]), at: "answer")
        for json in try fields.array("policies") {
            var found = try Fields(json, at: "policy")
            let policy = try Policy(json: found.required("document"))
            guard policy.id == name || policy.digest.text == name else { continue }
            return (policy, try found.text("stage"))
        }
        throw CommandError(.notFound, "no policy \(name) is published on this rail")
    }
}
