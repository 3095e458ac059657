import Mustache

/// The pages of a rail for people: plain values in, HTML out.
///
/// Nothing is read or fetched here. Text of the rail is escaped by the templates; only charts, which this room draws
/// itself, are put in as markup. Pages ask for nothing but the two assets and the rail's own API.
public struct Dashboard: Sendable {
    private let library: MustacheLibrary

    /// Parses the templates that are built in.
    ///
    /// - Throws: ``DashboardError`` (`dashboard.bad-template`).
    public init() throws(DashboardError) {
        var templates: [String: MustacheTemplate] = [:]
        for (name, bytes) in Self.sources {
            do {
                templates[name] = try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self))
            } catch {
                throw DashboardError(code: "dashboard.bad-template", message: "\(name): \(error)")
            }
        }
        library = MustacheLibrary(templates: templates)
    }

    /// A whole page.
    ///
    /// - Throws: ``DashboardError`` (`dashboard.no-template`).
    public func html(_ page: some DashboardPage, in chrome: Chrome) throws(DashboardError) -> String {
        let name = type(of: page).template
        var chrome = chrome
        chrome.title = page.title
        chrome.choose(type(of: page).section)
        guard let text = library.render(PageContext(chrome: chrome, page: page), withTemplate: name) else {
            throw DashboardError(code: "dashboard.no-template", message: name)
        }
        return text
    }

    /// The style of every page (`text/css`).
    public static let style = String(
        decoding: PackageResources.base_css + PackageResources.dashboard_css, as: UTF8.self)

    /// What makes pages follow the rail's changes (`text/javascript`). Pages are whole without it.
    public static let script = String(decoding: PackageResources.dashboard_js, as: UTF8.self)

    /// The verifier page: one file that checks evidence offline (`text/html`).
    public static let verifier = verifierPage

    private static let sources: [(String, [UInt8])] = [
        ("layout", PackageResources.layout_mustache), ("jobs-table", PackageResources.jobs_table_mustache),
        ("overview", PackageResources.overview_mustache), ("clauses", PackageResources.clauses_mustache),
        ("clause", PackageResources.clause_mustache), ("job", PackageResources.job_mustache),
        ("nodes", PackageResources.nodes_mustache), ("log", PackageResources.log_mustache),
        ("governance", PackageResources.governance_mustache), ("evidence", PackageResources.evidence_mustache),
        ("hand-in", PackageResources.hand_in_mustache), ("refused", PackageResources.refused_mustache),
    ]
}

/// The values of one page.
public protocol DashboardPage: Sendable {
    /// Name of the template, and of the place in the navigation.
    static var template: String { get }
    static var section: DashboardSection { get }
    /// What stands in the browser's title.
    var title: String { get }
}

/// The places in the navigation.
public enum DashboardSection: String, CaseIterable, Sendable {
    case overview, clauses, nodes, log, governance, evidence
    case handIn = "hand-in"
}

struct PageContext<Page: DashboardPage>: Sendable {
    let chrome: Chrome
    let page: Page
}
