/// Pays in proportion to how far the mean sea surface temperature of November and December lies between the
/// temperature where payment begins (`attach`) and the one where it is complete (`exhaust`).
func evaluate(_ call: ModelCall) throws(ModelError) -> Outputs {
    let november = try call.input("november")
    let december = try call.input("december")
    let attach = try call.parameter("attach")
    let exhaust = try call.parameter("exhaust")
    guard attach < exhaust else {
        throw ModelError("bad-parameter", "exhaust is greater than attach", at: "parameters.exhaust")
    }

    let index = try (november + december).divided(by: ExactDecimal(2), places: 3)
    let payoutRate = try (index - attach).divided(by: exhaust - attach, places: 6).clamped(to: .zero ... .one)
    return ["index": .decimal(index), "payoutRate": .decimal(payoutRate)]
}
