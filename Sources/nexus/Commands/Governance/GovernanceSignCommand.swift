import ArgumentParser
import NexusBase
import NexusGovernance
import NexusMesh
import NexusTrust

/// `nexus governance sign`: a member votes on a proposal that another one wrote, where the member's key is.
struct GovernanceSignCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Add a ballot to a signed proposal in a file, offline.",
        discussion: """
            Commands that decide write such a file with --write. It shows what is decided before it signs; the rail is not \
            asked. Any member hands the file in: with `nexus governance hand-in`, over HTTP, or in a browser.
            """)
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The file.") var file: String
    @Option(help: "Key file of a member who approves (repeat).") var key: [String] = []
    @Option(help: "Key file of a member who rejects, for the record (repeat).") var reject: [String] = []

    func run(on console: Console) async throws {
        guard !key.isEmpty || !reject.isEmpty else { throw CommandError(.usage, "give --key or --reject") }
        var signed = try SignedProposal(reading: file)
        console.say(Styled(try JSON(parsing: signed.proposal.bytes).indented))
        for path in key { try signed.vote(.approve, by: SigningKey(keyFile: path), at: .now) }
        for path in reject { try signed.vote(.reject, by: SigningKey(keyFile: path), at: .now) }
        try signed.write(to: file, replacing: true, on: console)
    }
}

/// `nexus governance hand-in`: takes signed files to a running rail.
struct GovernanceHandInCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "hand-in",
        abstract: "Hand a signed proposal in; the ballots of several files are counted together.")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @Argument(help: "Files about one proposal.") var files: [String]

    func run(on console: Console) async throws {
        guard let first = files.first else { throw CommandError(.usage, "a file is needed") }
        var signed = try SignedProposal(reading: first)
        for path in files.dropFirst() { try signed.add(SignedProposal(reading: path)) }
        let entry = try await Governor(rail.folder).handIn(signed)
        console.say("\(good: console.marks.done) \(signed.proposal.decision.kind.string), entry \(entry)")
        console.result(["entry": .int(entry)])
    }
}
