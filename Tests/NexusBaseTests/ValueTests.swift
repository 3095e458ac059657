import NexusBase
import Testing

@Suite struct ExactDecimalTests {
    func decimal(_ text: Text) throws -> ExactDecimal { try ExactDecimal(parsing: text) }

    @Test(arguments: ["0", "-1", "24.105", "0.000000000000000001", "9999999999999999999999999999999999", "-0.5"])
    func `a number reads and prints the same`(text: String) throws {
        #expect(try decimal(Text(text)).description == text)
    }

    @Test(arguments: [
        "", "-", "1.", ".5", "+1", "1e3", "-0", "00", "1.50", "1.0000000000000000001", "1.2.3", " 1", "ten",
        "10000000000000000000000000000000000",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: BaseError(.badDecimal, "")) { try decimal(Text(text)) }
    }

    @Test func `arithmetic is exact and division says how it rounds`() throws {
        #expect(try decimal("0.1").adding(decimal("0.2")) == decimal("0.3"))
        #expect(try decimal("24.105").subtracting(decimal("24")) == decimal("0.105"))
        #expect(try decimal("0.105").divided(by: decimal("3"), scale: 6) == decimal("0.035"))
        #expect(try decimal("1").divided(by: decimal("3"), scale: 4) == decimal("0.3333"))
        #expect(try decimal("-1").divided(by: decimal("8"), scale: 2) == decimal("-0.12"))
        #expect(try decimal("3").divided(by: decimal("8"), scale: 2) == decimal("0.38"))
        #expect(try decimal("-1").divided(by: decimal("8"), scale: 2, rounding: .floor) == decimal("-0.13"))
        #expect(try decimal("1.5").multiplied(by: decimal("-4")) == decimal("-6"))
        #expect(throws: BaseError(.badDecimal, "")) { try decimal("1").divided(by: .zero, scale: 2) }
        let huge = try decimal("9999999999999999999999999999999999")
        #expect(throws: BaseError(.badDecimal, "")) { try huge.adding(huge) }
        #expect(try huge.divided(by: huge, scale: 18) == decimal("1"))
    }

    @Test func `order does not depend on scale`() throws {
        #expect(try decimal("24.105") > decimal("24"))
        #expect(try decimal("-0.5") < decimal("-0.05"))
        #expect(try decimal("9999999999999999999999999999999999") > decimal("0.000000000000000001"))
        #expect(try decimal("23.99") < decimal("24"))
    }
}

@Suite struct InstantTests {
    @Test(arguments: [
        "1970-01-01T00:00:00.000Z", "2026-11-21T09:30:01.007Z", "2000-02-29T23:59:59.999Z", "1950-12-31T00:00:00.000Z",
    ])
    func `an instant reads and prints the same`(text: String) throws {
        #expect(try Instant(parsing: Text(text)).description == text)
    }

    @Test(arguments: [
        "2026-02-30T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-11-21T09:30:00Z", "2026-11-21 09:30:00.000Z",
        "2026-11-21T24:00:00.000Z", "", "2026-11-21T09:30:00.000+",
    ])
    func `another form is refused`(text: String) {
        #expect(throws: BaseError(.badTime, "")) { try Instant(parsing: Text(text)) }
    }

    @Test func `2026-11-21 is day 20778`() throws {
        #expect(try Instant(parsing: "2026-11-21T00:00:00.000Z").milliseconds == 20_778 * 86_400_000)
    }
}

@Suite struct EncodingTests {
    @Test func `base64 has one text for each byte string`() throws {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(try Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.encode(Array("hello".utf8)) == "aGVsbG8=")
        for bad in ["aGVsbG8", "aGVsbG9=", "aGVs bG8=", "====", "a===", "aGVsbG8-", "aG=sbG8="] {
            #expect(throws: BaseError(.badEncoding, "")) { try Base64.decode(bad) }
        }
    }

    @Test func `a digest reads and prints, and sorts by its bytes`() throws {
        let digest = Digest(of: Array("abc".utf8))
        #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(try Digest(parsing: digest.text) == digest)
        #expect(throws: BaseError(.badEncoding, "")) { try Digest(parsing: "sha256:AB") }
        let low = try Digest(bytes: [0, 255] + [UInt8](repeating: 9, count: 30))
        let high = try Digest(bytes: [1, 0] + [UInt8](repeating: 0, count: 30))
        #expect(low < high)
    }
}

@Suite struct MerkleTests {
    @Test func `every leaf of every small tree leads to its root and to no other place`() throws {
        for size in 1...20 {
            let leaves = (0..<size).map { Merkle.leaf([UInt8($0)]) }
            let root = Merkle.root(leaves)
            for index in 0..<size {
                let path = Merkle.path(leaves, at: index)
                #expect(try Merkle.root(from: leaves[index], at: index, of: size, path: path) == root)
                if size > 1 {
                    let elsewhere = try? Merkle.root(from: leaves[index], at: (index + 1) % size, of: size, path: path)
                    #expect(elsewhere != root)
                    #expect((try? Merkle.root(from: leaves[index], at: index, of: size, path: path.dropLast())) != root)
                }
                #expect(throws: BaseError(.badInclusion, "")) {
                    try Merkle.root(from: leaves[index], at: index, of: size, path: path + [root])
                }
            }
        }
    }

    @Test func `the empty tree and RFC 6962's leaf prefix`() {
        #expect(Merkle.root([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(Merkle.leaf([]).hex == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
    }
}
