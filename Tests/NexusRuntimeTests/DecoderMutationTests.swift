import NexusBase
import NexusTestInputs
import Testing

@testable import NexusRuntime

/// What a model is and what it answers, mutated: read, or refused with a code.
@Suite struct DecoderMutationTests {
    @Test func `mutated modules have a structure or are refused with a code`() {
        let seeds = [Fixture.echo, Fixture.trapSignature, Fixture.fullTable, Fixture.imports, Fixture.fiveTables]
        let found = Mutations(of: seeds, count: 20_000, seed: 41, isCoded: { $0 is any CodedFailure }) { bytes in
            try ModuleStructure(reading: bytes).checkInterface()
        }
        #expect(found.uncoded.isEmpty, "\(found.uncoded.first ?? "")")
        #expect(found.taken > 10 && found.refused > 5000)
    }

    @Test func `mutated answers of a model are answers or refused with a code`() {
        let seeds = ["{\"index\":\"25.5\",\"rate\":\"0.5\"}", "{\"error\":{\"code\":\"bad\",\"message\":\"no\"}}"]
        let found = Mutations(
            of: seeds.map { Array($0.utf8) }, seed: 42, isCoded: { $0 is any CodedFailure }
        ) { _ = try ModelAnswer(reading: $0) }
        #expect(found.uncoded.isEmpty, "\(found.uncoded.first ?? "")")
        #expect(found.taken > 10 && found.refused > 1000)
    }
}
