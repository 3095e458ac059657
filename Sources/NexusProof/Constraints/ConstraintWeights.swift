/// Weights of the constraints of one block, from 1 on: f(o) = χ^(o mod P) · η^floor(o / P). proof-v2, section 4. In
/// proof-v1 there is no η, and P is the block's size.
struct ConstraintWeights: Hashable, Sendable {
    /// χ.
    let position: Extension
    /// η.
    let row: Extension
    /// P.
    let period: Int

    /// f(0), f(step), f(2 · step) … where the step divides the period.
    func list(count: Int, every step: Int = 1) -> [Extension] {
        let (factor, turn) = (position.power(step), period / step)
        var (list, start) = ([Extension](), Extension.one)
        list.reserveCapacity(count)
        while list.count < count {
            var next = start
            for _ in 0..<min(turn, count - list.count) {
                list.append(next)
                next *= factor
            }
            start *= row
        }
        return list
    }
}
