import NexusBase
import NexusTestInputs
import Testing

@Suite struct JSONSkimTests {
    private static func value(_ random: inout SplitMix64, depth: Int) -> JSON {
        switch random.below(depth > 3 ? 4 : 6) {
        case 0: .integer(Int64(random.below(1000)) - 500)
        case 1: .bool(random.below(2) == 0)
        case 2: .null
        case 3: .text(["", "plain", "q\"uote", "back\\", "[{,:}]\n", "\u{1F30A} é"][random.below(6)])
        case 4: .array((0..<random.below(5)).map { _ in value(&random, depth: depth + 1) })
        default:
            .object(JSONObject((0..<random.below(5)).map { (Text("k\($0)"), value(&random, depth: depth + 1)) }))
        }
    }

    /// Method: drawn values are written canonically; what the skim finds must be what the reader reads there.
    @Test(arguments: 1...400 as ClosedRange<UInt64>)
    func `members and elements are where the reader has them`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let members = (0..<5).map { (Text("k\($0)"), Self.value(&random, depth: 0)) }
        let bytes = JSON.object(JSONObject(members)).canonicalBytes
        try bytes.withUnsafeBufferPointer { buffer in
            let skim = JSONSkim(buffer)
            let keys: [StaticString] = ["k0", "k1", "k2", "k3", "k4"]
            for (key, member) in zip(keys, members) {
                let range = try #require(try skim.member(key, of: 0..<buffer.count))
                #expect(try JSON(parsing: Array(buffer[range])) == member.1)
                guard case .array(let elements) = member.1 else { continue }
                #expect(try skim.elements(of: range).map { try JSON(parsing: Array(buffer[$0])) } == elements)
            }
            #expect(try skim.member("k", of: 0..<buffer.count) == nil)
        }
    }

    /// Method: a document with bytes changed, cut or put in; the skim may find or refuse, and always comes back.
    @Test func `changed bytes are refused or skipped, never run past`() throws {
        var random = SplitMix64(seed: 11)
        let seed = Array(#"{"a":[1,{"b":"c\\\""},[]],"kind":"x","z":{"y":[true,null]}}"#.utf8)
        var found = 0
        for _ in 0..<20_000 {
            let bytes = random.mutated(
                seed, with: [Array("[".utf8), Array("\"".utf8), Array("}".utf8)], bytesBelow: 128)
            bytes.withUnsafeBufferPointer { buffer in
                let skim = JSONSkim(buffer)
                let whole = 0..<buffer.count
                if let range = try? skim.member("kind", of: whole) {
                    found += 1
                    #expect(whole.contains(range.lowerBound) && range.upperBound <= buffer.count)
                }
                if let range = try? skim.member("a", of: whole), let elements = try? skim.elements(of: range) {
                    #expect(elements.allSatisfy { range.contains($0.lowerBound) && $0.upperBound < range.upperBound })
                }
            }
        }
        #expect(found > 100)
    }
}
