/// Why a page could not be made.
public struct DashboardError: Error, Hashable, Sendable {
    /// `dashboard.bad-template`: a template does not parse; `dashboard.no-template`: a page's template is missing.
    public let code: String
    /// The template, and what is wrong with it.
    public let message: String
}
