import NexusBase

extension PageReader {
    /// The forms that this token may send, and what came of the one that was sent.
    func handIn(_ outcome: HandInPage.Outcome?) async throws -> HandInPage {
        let roles = try await roles(from: must("/v1/me"))
        var page = HandInPage()
        page.outcome = outcome
        page.maySubmit = roles.contains("submitter")
        page.mayGovern = roles.contains("committee")
        page.mayInvite = roles.contains("operator")
        page.maySendModules = page.mayGovern || page.mayInvite
        page.roles = roles.joined(separator: ", ")
        page.key = formID
        return page
    }

    /// Whether a job can be taken back by whoever looks.
    func mayCancel(_ job: Document) async throws -> Bool {
        guard ["waiting", "running", "frozen"].contains(job["status"].string) else { return false }
        return roles(from: try await may("/v1/me")).contains("operator")
    }

    private func roles(from me: Document) -> [String] { me["roles"].items.map(\.string) }
}
