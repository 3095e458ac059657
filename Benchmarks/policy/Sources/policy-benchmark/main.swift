// Prints one line a case: name, nanoseconds to compile, nanoseconds to evaluate, to evaluate
// `true`, and to evaluate with a trace, allocations of an evaluation. The fastest of several rounds counts,
// which is what the machine can do when nothing else runs.
import Foundation
import NexusBase
import NexusPolicy

/// Reads a variable of cases.json: a type and a value; for a list, a count.
func variable(_ json: JSON) throws -> (PolicyType, PolicyValue) {
    guard case .array(let pair) = json, pair.count == 2, case .string(let name) = pair[0],
        let type = PolicyType(parsing: name)
    else { throw PolicyError(.badArgument, "a variable is a pair of a type and a value") }
    if case .list = type, case .integer(let count) = pair[1] { return (type, .list((0..<count).map { .int($0) })) }
    return (type, try PolicyValue(json: pair[1], as: type))
}

func fastest(rounds: Int, iterations: Int, _ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<rounds {
        let elapsed = try clock.measure { for _ in 0..<iterations { try body() } }
        let (seconds, attoseconds) = elapsed.components
        best = min(best, (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(iterations))
    }
    return best
}

/// Calls of malloc so far, where count-allocations.c is preloaded.
func allocationCounter() -> (() -> UInt)? {
    // SAFETY: the symbol, where it exists, is the C function of that type in count-allocations.c.
    guard let symbol = dlsym(nil, "allocation_count") else { return nil }
    let function = unsafeBitCast(symbol, to: (@convention(c) () -> UInt).self)
    return { function() }
}

func allocations(_ body: () throws -> Void) rethrows -> String {
    guard let allocationCount = allocationCounter() else { return "-" }
    for _ in 0..<100 { try body() }
    let before = allocationCount()
    for _ in 0..<1000 { try body() }
    return String(format: "%.1f", Double(allocationCount() - before) / 1000)
}

guard CommandLine.arguments.count == 2, let data = FileManager.default.contents(atPath: CommandLine.arguments[1]) else {
    print("usage: policy-benchmark cases.json")
    exit(64)
}
guard case .array(let cases) = try JSON(parsing: Array(data)) else { exit(65) }
for json in cases {
    var fields = try Fields(json, at: "case")
    let name = try fields.text("name")
    let source = try fields.text("expression")
    guard case .object(let object) = try fields.required("variables") else { exit(65) }
    let variables = try object.members.map { (name: $0.key, value: try variable($0.value)) }
    let environment = PolicyEnvironment(variables: variables.map { ($0.name, $0.value.0) })
    let expression = try PolicyExpression(source, in: environment)
    let bindings = try expression.bindings(variables.map { ($0.name, $0.value.1) })
    guard try expression.value(bindings) == true else { throw PolicyError(.badArgument, "\(name) is not true") }
    let compile = try fastest(rounds: 7, iterations: 500) { _ = try PolicyExpression(source, in: environment) }
    let evaluate = try fastest(rounds: 9, iterations: 20_000) { _ = try expression.value(bindings) }
    // What it takes to evaluate nothing: as it is subtracted from the peer, it is told of ours.
    let empty = try PolicyExpression("true", in: environment)
    let nothing = try fastest(rounds: 9, iterations: 20_000) { _ = try empty.value(bindings) }
    let traced = try fastest(rounds: 5, iterations: 1_000) { _ = expression.explain(bindings) }
    let count = try allocations { _ = try expression.value(bindings) }
    print("\(name)\t\(compile)\t\(evaluate)\t\(nothing)\t\(traced)\t\(count)")
}
