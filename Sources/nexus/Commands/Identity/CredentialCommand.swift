import ArgumentParser

struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential", abstract: "Issue, verify and revoke verifiable credentials.",
        subcommands: [CredentialIssueCommand.self, CredentialVerifyCommand.self, CredentialRevokeCommand.self])
}
