import ArgumentParser
import NexusBase
import NexusGovernance
import NexusTrust

/// `nexus job approve`: members of the committee, each for itself, let a decided job be acted on.
struct JobApproveCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve a decided job, where a policy asks for approvals.",
        discussion: """
            EXAMPLE
              nexus job approve 1f6c88 --key committee-2.key --rail FOLDER

            One vote is enough for an entry: each member speaks for itself. The approval names the result that was \
            decided; `nexus job show` shows it.
            """)
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @OptionGroup var votes: GovernanceCommand.Votes
    @Argument(help: "The job's digest, or its first six digits.") var job: String
    @Option(help: "A note for the record.") var note = ""

    func run(on console: Console) async throws {
        var fields = try Fields(await rail.client.job(Text(job)), at: "job")
        let decision = Proposal.Decision.approveJob(
            jobID: try fields.digest("job"), result: try fields.optionalDigest("resultDigest"), note: Text(note))
        try await GovernanceCommand.decide(decision, votes, rail, "job \(job) approved", console)
    }
}
