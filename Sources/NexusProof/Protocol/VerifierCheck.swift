/// The checks of a verifier. All are made, always: only tests can leave one out, to show that a cheat then passes and
/// so that the check is what catches it.
enum VerifierCheck: CaseIterable {
    case model, statement
    case openings, proximity
    case linearColumns, linearSum
    case localColumns, localZeros
    // proof-v2. Without `inputs` all inputs of a batch have the same weight.
    case inputs, weightOpenings, weightCombination, weightProximity

    var failure: String {
        switch self {
        case .model, .statement: "the statement is not this proof's"
        case .openings: "an opened column is not under its root"
        case .proximity: "the rows' combination is not the announced polynomial"
        case .linearColumns: "the linear test's polynomial is not that of the rows"
        case .linearSum: "a linear constraint does not hold"
        case .localColumns: "the local test's polynomial is not that of the rows"
        case .localZeros: "a range, product or maximum does not hold"
        case .inputs: "numbers of different inputs of the batch are mixed up"
        case .weightOpenings: "an opened column of weights is not under the model's root"
        case .weightCombination: "the combination of weights is not the committed weights'"
        case .weightProximity: "the weights' rows are not near the announced polynomial"
        }
    }
}
