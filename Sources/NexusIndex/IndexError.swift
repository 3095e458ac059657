package import NexusBase

/// Errors of the index.
package enum IndexDomain: ErrorDomain { package static let name = "index" }
package typealias IndexError = CodedError<IndexDomain>

extension CodedError<IndexDomain>.Code {
    /// The file was folded from another journal than this one: it is made anew.
    package static let diverged: Self = "diverged"
    /// Reading or writing the index failed. The journal has everything that was in it.
    package static let inputOutput: Self = "input-output"
    /// A cursor that this rail did not give.
    package static let badCursor: Self = "bad-cursor"
    /// A filter that cannot be read.
    package static let badFilter: Self = "bad-filter"
    /// Nothing of this number or name.
    package static let notFound: Self = "not-found"
}

/// Named maxima of the index.
package enum IndexLimits {
    /// Changes that are kept for streams that come back.
    package static let changesMax = 100_000
    /// Old changes are deleted this many at a time.
    static let changesStep = 1_000
    /// Changes kept in memory, for streams that are up to date.
    static let recentMax = 8_192
    /// Elements of one page of a list.
    package static let pageMax = 200
    /// Steps folded in one transaction while a journal is replayed.
    static let batchMax = 1_024
    /// Seconds from a job's acknowledgement to its certificate up to which jobs are counted together.
    package static let certificationBounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]
    /// Hours of which the totals tell.
    static let hoursMax = 24
    /// Changes handed to a stream at once.
    package static let changesPageMax = 512
    /// Statuses of the jobs of which one rollup's page tells; a rollup has at most `OrchestrationLimits.statementsMax`.
    static let rollupJobsMax = 1_024
}
