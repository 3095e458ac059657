import ArgumentParser
import Foundation
import NexusBase
import NexusPolicy

/// Where the rules of named time zones come from. Without it, expressions name offsets.
struct TimeZoneOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder of compiled tzdata, such as /usr/share/zoneinfo; its version is part of the answer.",
            valueName: "folder"), completion: .directory)
    var tzdata: String?

    /// Throws `cli.not-found` for a folder without zones, `policy.bad-time-zone-data` for a file that is none.
    func load() throws -> PolicyTimeZones? {
        guard let tzdata else { return nil }
        guard Files.isFolder(tzdata) else { throw CommandError(.notFound, "there is no such folder", at: tzdata) }
        let names = FileManager.default.enumerator(atPath: tzdata)?.compactMap { $0 as? String } ?? []
        var files: [(name: Text, bytes: [UInt8])] = []
        for name in names.sorted() where !["right/", "posix/"].contains(where: name.hasPrefix) {
            let path = Files.join(tzdata, name)
            guard !Files.isFolder(path), let bytes = try? Files.read(path, bytesMax: PolicyLimits.timeZoneBytesMax),
                bytes.starts(with: Array("TZif".utf8))
            else { continue }
            files.append((Text(name), bytes))
        }
        guard !files.isEmpty else { throw CommandError(.notFound, "the folder holds no time zones", at: tzdata) }
        return try PolicyTimeZones(version: Self.version(of: files, in: tzdata), files: files)
    }

    /// What the folder says of itself, else a digest of all zones: parties with different rules have different ones.
    private static func version(of files: [(name: Text, bytes: [UInt8])], in folder: String) -> Text {
        for name in ["+VERSION", "tzdata.zi"] {
            guard let bytes = try? Files.read(Files.join(folder, name), bytesMax: 1 << 20) else { continue }
            let line = String(decoding: bytes.prefix { $0 != 0x0A }.prefix(64), as: UTF8.self)
            let version = line.hasPrefix("# version ") ? String(line.dropFirst(10)) : line
            let isVersion = version.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
            if isVersion, !version.isEmpty { return Text(version) }
        }
        let parts = files.map { JSON.array([.string($0.name), Digest(of: $0.bytes).json]) }
        return JSON.array(parts).digest.text
    }
}
