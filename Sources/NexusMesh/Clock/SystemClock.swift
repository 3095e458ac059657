import Foundation
package import NexusBase

extension Instant {
    /// The system's clock. For shells only: below floor 6 time is an argument.
    package static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
