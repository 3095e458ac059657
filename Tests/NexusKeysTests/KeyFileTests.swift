import Foundation
import NexusBase
import Testing

@testable import NexusKeys

/// A private folder that goes with the test.
func withFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
    let folder = NSTemporaryDirectory() + "/keys-" + UUID().uuidString
    try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}

func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? NSNumber).intValue & 0o777
}

func setMode(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
}

func keyCode(_ body: () throws -> some Any) -> KeyError.Code? {
    do {
        _ = try body()
        return nil
    } catch { return (error as? KeyError)?.code }
}

private let created = Instant(milliseconds: 1_795_253_400_000)

@Suite struct KeyFileTests {
    @Test(arguments: KeySuite.allCases) func `a key reads as it was written`(_ suite: KeySuite) throws {
        try withFolder { folder in
            let key = try KeyFile.generate(suite, created: created, comment: "of the test")
            try key.write(to: folder + "/a.key")
            let read = try KeyFile.read(folder + "/a.key", as: suite)
            #expect(read.publicKey == key.publicKey)
            #expect(read.privateKey.bytes == key.privateKey.bytes)
            #expect(read.created == created)
            #expect(read.comment == "of the test")
        }
    }

    @Test func `a key that signs is taken as it is, whatever its suite, and made of the suite that is asked for`()
        throws
    {
        try withFolder { folder in
            let made = try KeyFile.signingKey(folder + "/a.key", orMade: .hybrid, now: created)
            #expect(made.suite == .hybrid)
            let again = try KeyFile.signingKey(folder + "/a.key", orMade: .ed25519, now: created)
            #expect(again.suite == .hybrid && again.publicKey == made.publicKey)
            try KeyFile.generate(.x25519, created: created).write(to: folder + "/b.key")
            #expect(
                keyCode { try KeyFile.signingKey(folder + "/b.key", orMade: .ed25519, now: created) } == .wrongSuite)
            #expect(keyCode { try KeyFile.generate(.mlDSA44, created: created).signer() } == .wrongSuite)
        }
    }

    @Test func `the file has mode 0600 and the folder it makes 0700`() throws {
        try withFolder { folder in
            let path = folder + "/one/two/a.key"
            try KeyFile.generate(.ed25519, created: created).write(to: path)
            #expect(try mode(path) == 0o600)
            #expect(try mode(folder + "/one/two") == 0o700)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/one/two") == ["a.key"])
        }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o610, 0o601])
    func `a file that others may use is refused`(_ mode: Int) throws {
        try withFolder { folder in
            let path = folder + "/a.key"
            try KeyFile.generate(.ed25519, created: created).write(to: path)
            try setMode(mode, path)
            #expect(keyCode { try KeyFile.read(path, as: .ed25519) } == .openMode)
        }
    }

    @Test func `a folder that others may use is refused on read and write`() throws {
        try withFolder { folder in
            let path = folder + "/a.key"
            try KeyFile.generate(.ed25519, created: created).write(to: path)
            try setMode(0o750, folder)
            #expect(keyCode { try KeyFile.read(path, as: .ed25519) } == .openMode)
            #expect(keyCode { try KeyFile.generate(.p256, created: created).write(to: folder + "/b.key") } == .openMode)
            #expect(!FileManager.default.fileExists(atPath: folder + "/b.key"))
        }
    }

    @Test func `symbolic links, folders and missing files are refused`() throws {
        try withFolder { folder in
            let path = folder + "/a.key"
            try KeyFile.generate(.ed25519, created: created).write(to: path)
            try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: path)
            #expect(keyCode { try KeyFile.read(folder + "/link", as: .ed25519) } == .openMode)
            #expect(keyCode { try KeyFile.read(folder + "/none", as: .ed25519) } == .notFound)
            try FileManager.default.createDirectory(atPath: folder + "/sub", withIntermediateDirectories: false)
            #expect(keyCode { try KeyFile.read(folder + "/sub", as: .ed25519) } == .openMode)
        }
    }

    @Test func `an existing key is replaced only when asked`() throws {
        try withFolder { folder in
            let path = folder + "/a.key"
            let first = try KeyFile.generate(.ed25519, created: created)
            let second = try KeyFile.generate(.ed25519, created: created)
            try first.write(to: path)
            #expect(keyCode { try second.write(to: path) } == .exists)
            #expect(try KeyFile.read(path, as: .ed25519).publicKey == first.publicKey)
            try second.write(to: path, replacing: true)
            #expect(try KeyFile.read(path, as: .ed25519).publicKey == second.publicKey)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.key"])
        }
    }

    @Test func `readOrGenerate makes a key once`() throws {
        try withFolder { folder in
            let first = try KeyFile.readOrGenerate(folder + "/a.key", as: .x25519, now: created)
            #expect(
                try KeyFile.readOrGenerate(folder + "/a.key", as: .x25519, now: created).publicKey == first.publicKey)
            #expect(keyCode { try KeyFile.readOrGenerate(folder + "/a.key", as: .p256, now: created) } == .wrongSuite)
        }
    }

    @Test func `the worked example of the format page is what we write and read`() throws {
        let example =
            #"{"created":"2026-11-21T09:30:00.000Z","format":"nexus-key-v1","#
            + #""private":"nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=","#
            + #""public":"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=","suite":"ed25519"}"#
        let key = try KeyFile(parsing: Array(example.utf8))
        #expect(key.created == created)
        #expect(String(decoding: key.fileBytes, as: UTF8.self) == example)
    }

    @Test func `a public key of another private key is a mismatch`() throws {
        let one = try KeyFile.generate(.ed25519, created: created)
        let other = try KeyFile.generate(.ed25519, created: created)
        let text = String(decoding: one.fileBytes, as: UTF8.self).replacingOccurrences(
            of: Base64.encode(one.publicKey), with: Base64.encode(other.publicKey))
        #expect(keyCode { try KeyFile(parsing: Array(text.utf8)) } == .mismatch)
    }

    @Test func `a comment of the greatest length is kept and one byte more is refused`() throws {
        let longest = Text(String(repeating: "c", count: KeyLimits.commentBytesMax))
        let key = try KeyFile.generate(.ed25519, created: created, comment: longest)
        #expect(try KeyFile(parsing: key.fileBytes).comment == longest)
        #expect(
            keyCode { try KeyFile.generate(.ed25519, created: created, comment: Text(longest.string + "c")) }
                == .malformed)
    }

    @Test func `a file of the greatest length is read and one byte more is refused`() throws {
        try withFolder { folder in
            let path = folder + "/a"
            try PrivateFile.write([UInt8](repeating: 32, count: KeyLimits.fileBytesMax), to: path, replacing: false)
            #expect(try PrivateFile.read(path, bytesMax: KeyLimits.fileBytesMax).count == KeyLimits.fileBytesMax)
            try PrivateFile.write([UInt8](repeating: 32, count: KeyLimits.fileBytesMax + 1), to: path, replacing: true)
            #expect(keyCode { try PrivateFile.read(path, bytesMax: KeyLimits.fileBytesMax) } == .malformed)
        }
    }
}

@Suite struct SecrecyTests {
    /// Mutates a key file in every byte and looks for the private key, in three spellings, in whatever is printed.
    @Test func `no description, dump or error shows the private part`() async throws {
        var errors = 0
        for suite in KeySuite.allCases {
            let key = try KeyFile.generate(suite, created: created)
            let secrets = [
                Base64.encode(key.privateKey.bytes), Hex.encode(key.privateKey.bytes), "\(key.privateKey.bytes)",
            ]
            func check(_ text: String) {
                for secret in secrets {
                    #expect(!text.contains(secret))
                    #expect(!text.contains(secret.prefix(secret.count / 2)))
                    #expect(!text.contains(secret.suffix(secret.count / 2)))
                }
            }
            var dumped = ""
            dump(key, to: &dumped)
            dump(key.privateKey, to: &dumped)
            for text in [
                "\(key)", String(reflecting: key), dumped, "\(key.privateKey)", String(reflecting: key.privateKey),
            ] {
                check(text)
            }
            let bytes = key.fileBytes
            // Keys of the larger suites take long to make from each mutant that reads: fewer places there.
            for index in stride(from: 0, to: bytes.count, by: suite.isOfVersion1 ? 1 : 41) {
                await Task.yield()
                for replacement in [UInt8(ascii: "\""), UInt8(ascii: "!"), 0xFF, bytes[index] ^ 1] {
                    var mutated = bytes
                    mutated[index] = replacement
                    do { _ = try KeyFile(parsing: mutated) } catch {
                        errors += 1
                        check("\(error)")
                        check(String(reflecting: error))
                    }
                }
            }
        }
        #expect(errors > 1000)
    }
}
