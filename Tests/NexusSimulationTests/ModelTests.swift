import NexusBase
import NexusSimulation
import Testing

/// The model check with no fault at all; `make reliability` allows more.
@Suite struct ModelTests {
    @Test func `every order of two jobs without a fault ends with both certified`() throws {
        let setting = try ModelSetting(faults: 0)
        var layer = [setting.first]
        var seen: Set<Digest> = [setting.first.digest]
        var ends = 0
        while !layer.isEmpty {
            var next: [ModelState] = []
            for state in layer {
                let steps = state.steps
                if steps.isEmpty {
                    ends += 1
                    #expect(state.isSettled)
                }
                for step in steps {
                    let after = try state.after(step, in: setting)
                    #expect(after.broken == nil)
                    if seen.insert(after.digest).inserted { next.append(after) }
                }
            }
            layer = next
        }
        #expect(seen.count > 100 && ends > 0)
    }
}
