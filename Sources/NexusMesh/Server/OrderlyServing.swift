package import GRPCCore

extension GRPCServer {
    /// Serves until told to stop. Cancelling stops in order too: nothing new is accepted, and only what still runs
    /// after `timeMax` is cancelled.
    ///
    /// A server whose own task is cancelled lets go of connections and streams that were accepted and that nobody has
    /// looked at yet, and those trap in the transport (apple/swift-nio, issues 2637 and 3481).
    package func serveInOrder(timeMax: Duration = .seconds(1)) async throws {
        let serving = Task { try await serve() }
        try await withTaskCancellationHandler {
            try await serving.value
        } onCancel: {
            beginGracefulShutdown()
            Task {
                try? await Task.sleep(for: timeMax)
                serving.cancel()
            }
        }
    }
}
