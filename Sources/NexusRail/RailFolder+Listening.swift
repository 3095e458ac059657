import NexusBase

/// The ports a rail listens on, kept in `listening.json`: nodes that enrolled once must find it again after a restart.
package struct ListeningPorts: Sendable, Hashable {
    package let mesh: Int
    package let enrolment: Int

    package init(mesh: Int, enrolment: Int) {
        self.mesh = mesh
        self.enrolment = enrolment
    }

    private static let range: ClosedRange<Int64> = 1...65_535
    fileprivate static let fileName = "listening.json"

    fileprivate init(parsing bytes: [UInt8]) throws {
        var fields = try Fields(JSON(parsing: bytes, bytesMax: 1024), at: Self.fileName)
        mesh = try fields.integer("port", in: Self.range)
        enrolment = try fields.integer("enrolmentPort", in: Self.range)
        try fields.finish()
    }

    fileprivate var json: JSON { ["enrolmentPort": .int(enrolment), "port": .int(mesh)] }
}

extension RailFolder {
    /// Nil before the rail ran for the first time.
    package func listeningPorts() throws -> ListeningPorts? {
        guard has(ListeningPorts.fileName) else { return nil }
        return try ListeningPorts(parsing: read(ListeningPorts.fileName))
    }

    func remember(_ ports: ListeningPorts) throws {
        guard try listeningPorts() != ports else { return }
        try write(ports.json.canonicalBytes, ListeningPorts.fileName)
    }
}
