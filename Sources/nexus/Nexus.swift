import ArgumentParser

/// The command line. A new command is a file in `Commands/` and a line in its group here.
struct Nexus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nexus",
        abstract: "Agreed computations, certified by several independent nodes.",
        discussion: """
            A clause is an agreement that computes. Nodes of several owners execute it, their signed statements must \
            agree, and the evidence can be checked by anyone, offline.

            Every command takes --json, --quiet and --no-color; exit statuses are in Documentation/CommandLine.md.
            Completions: nexus --generate-completion-script bash|zsh|fish
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(name: "Begin", subcommands: [DemoCommand.self]),
            CommandGroup(name: "Agreements", subcommands: [ClauseCommand.self, PolicyCommand.self, JobCommand.self]),
            CommandGroup(
                name: "A rail",
                subcommands: [
                    UpCommand.self, NodeCommand.self, GovernanceCommand.self, WitnessCommand.self, TokenCommand.self,
                ]),
            CommandGroup(
                name: "Evidence",
                subcommands: [
                    EvidenceCommand.self, VerifyCommand.self, VerifierPageCommand.self, ReplayCommand.self,
                    LogCommand.self, AttestCommand.self,
                ]),
            CommandGroup(
                name: "Proofs of computation",
                subcommands: [ModelCommand.self, ProveCommand.self, VerifyProofCommand.self]),
            CommandGroup(name: "Identity", subcommands: [IDCommand.self, CredentialCommand.self]),
            CommandGroup(name: "Keys and figures", subcommands: [KeyCommand.self, BenchCommand.self]),
        ])
}

/// The release, as `nexus --version` says it.
enum Version {
    static let text = "0.1.0-dev"
}
