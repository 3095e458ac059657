/// Shows the guest library to the tests: does one operation on decimals a case, or gives a document back.
func evaluate(_ call: ModelCall) throws(ModelError) -> Outputs {
    if let document = call.value("inputs", "document") { return ["document": document] }
    guard case .array(let cases)? = call.value("inputs", "cases") else {
        throw ModelError("missing", "cases are missing", at: "inputs.cases")
    }
    var results: [JSON] = []
    for item in cases { results.append(.string(result(of: item))) }
    return ["results": .array(results)]
}

private func result(of item: JSON) -> Text {
    guard case .array(let parts) = item, parts.count == 4, case .string(let operation) = parts[0],
        case .string(let left) = parts[1], case .string(let right) = parts[2], case .integer(let places) = parts[3]
    else { return "malformed" }
    do {
        let a = try ExactDecimal(left)
        let b = try ExactDecimal(right)
        if operation == "+" { return try (a + b).text }
        if operation == "-" { return try (a - b).text }
        if operation == "*" { return try (a * b).text }
        if operation == "/" { return try a.divided(by: b, places: Int(places)).text }
        if operation == "round" { return try a.rounded(places: Int(places)).text }
        if operation == "<" { return a < b ? "true" : "false" }
        if operation == "=" { return a == b ? "true" : "false" }
        return "malformed"
    } catch { return "refused" }
}
