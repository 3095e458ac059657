/// The file operations of the log, each of which can fail or be the last before a crash. Paths are relative to the
/// log's folder. Errors are `LogStoreError`.
package protocol LogFileSystem: Sendable {
    /// The bytes of a file, or nil if it is not there.
    func contents(of path: String) throws -> [UInt8]?
    /// The names in a folder; none if it is not there.
    func names(in directory: String) throws -> [String]
    /// Makes a folder in one that is there; nothing to do if it is there.
    func makeDirectory(_ path: String) throws
    /// Replaces a file's bytes and syncs it. Its name is durable only after `synchronizeDirectory`.
    func write(_ bytes: [UInt8], to path: String) throws
    func rename(_ path: String, to target: String) throws
    /// Makes the names in a folder durable.
    func synchronizeDirectory(_ path: String) throws
    func remove(_ path: String) throws
    /// Takes the lock until what is returned is let go. Throws `log-store.locked`.
    func lock(_ path: String) throws -> any Sendable
}
