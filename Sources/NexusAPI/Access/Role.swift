/// What a token's holder may do (Documentation/API.md, "Access").
package enum Role: String, Sendable, Hashable, CaseIterable {
    case viewer, submitter, `operator`, committee, auditor

    func allows(_ permission: Permission) -> Bool {
        switch permission {
        case .open, .published, .token, .state, .log: true
        case .evidence: self != .viewer
        case .submit: self == .submitter
        case .operate: self == .operator
        case .govern: self == .committee
        case .modules: self == .operator || self == .committee
        }
    }
}

/// What a route needs.
enum Permission: String, Sendable, Hashable {
    /// Nothing at all.
    case open
    /// No token, at the rate of those who show none.
    case published
    /// Any token.
    case token
    case state, evidence, log, submit, operate, govern, modules
}

/// What the rail's operator shows to anyone.
package enum PublicPart: String, Sendable, Hashable, CaseIterable { case log, evidence }
