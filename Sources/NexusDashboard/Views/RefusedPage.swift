/// What stands where the API refuses a page: a token is asked for, or there is nothing.
struct RefusedPage: DashboardPage {
    static let template = "refused"
    static let section = DashboardSection.overview
    let title: String
    let heading: String
    let needsToken: Bool

    init(status: Int) {
        needsToken = status == 401 || status == 403
        heading = status == 401 ? "Who are you?" : status == 403 ? "Not for this token" : "There is no such page"
        title = heading
    }
}
