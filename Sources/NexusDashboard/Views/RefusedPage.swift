/// What stands where the API refuses a page: a token is asked for, or there is nothing.
struct RefusedPage: DashboardPage {
    static let template = "refused"
    static let section = DashboardSection.overview
    let title: String
    let heading: String
    let needsToken: Bool
    /// The page that was asked for, to which the form leads back.
    let place: String
    /// What was wrong with the token that was given.
    let fault: String?

    init(status: Int, place: String, fault: String? = nil) {
        self.place = place
        self.fault = fault
        needsToken = status == 401 || status == 403
        heading = status == 401 ? "Who are you?" : status == 403 ? "Not for this token" : "There is no such page"
        title = heading
    }
}
