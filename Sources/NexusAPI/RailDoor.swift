package import NexusBase
package import NexusIndex
package import NexusLogStore
package import NexusOrchestration

/// What the API needs of a rail: the calls of the control socket, the index, and the log's files. `nexus` makes it, so
/// that this room does not know the rail's.
package struct RailDoor: Sendable {
    /// One control request (Documentation/Formats/control-v1.md), for a caller.
    package let call: @Sendable (_ request: JSON, _ caller: Caller?) async throws -> JSON
    package let index: RailIndex
    package let log: LogReader
    /// The HTTP status of an error's qualified code: the house's one table.
    package let status: @Sendable (_ code: String) -> Int

    package init(
        index: RailIndex, log: LogReader, status: @escaping @Sendable (String) -> Int,
        call: @escaping @Sendable (_ request: JSON, _ caller: Caller?) async throws -> JSON
    ) {
        self.index = index
        self.log = log
        self.status = status
        self.call = call
    }
}
