import Testing

/// Failures of real processes: rails, nodes and validators are started from the built command, killed, and watched.
///
/// One test at a time: each has several processes and the machine may have two cores.
@Suite(.serialized, .enabled(if: Surroundings.canRunNodes), .timeLimit(.minutes(2)))
struct RealProcesses {}
