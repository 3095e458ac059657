import NexusBase
import NexusClause
import NexusTestInputs

extension Story {
    /// The story of a seed.
    package init(seed: UInt64) {
        var dice = SplitMix64(seed: seed &* 0x9E37_79B9 &+ 77)
        let theme = Theme.allCases[Int(seed % UInt64(Theme.allCases.count))]
        // Four nodes came later: earlier seeds tell what they told before.
        let shapes: [Shape] =
            [.twoOfThree, .twoOfThree, seed > 20_000 ? .threeOfFour : .twoOfThree] + [
                .threeOfFive, .threeOfFive, .fourOfSeven,
            ]
        let shape = shapes[dice.draw(0...5)]
        self.init(seed: seed, theme: theme, shape: shape)
        network.delayMilliseconds = 1...([3, 10, 60, 250][dice.draw(0...3)])
        network.lossPercent = [0, 0, 2, 10][dice.draw(0...3)]
        network.duplicatePercent = [0, 0, 5, 25][dice.draw(0...3)]
        network.lingers = dice.draw(0...3) == 0
        let jobs = dice.draw(1...4)
        for job in 0..<jobs {
            let at = dice.draw(0...Self.healing * 3 / 4)
            let season = 2000 + (dice.draw(0...4) == 0 ? 0 : job)
            add(at, .submit(season: season, warmth: dice.draw(0...2), event: job))
        }
        for _ in 0..<dice.draw(1...4) { addFault(theme, &dice) }
        if theme == .everything { for _ in 0..<dice.draw(2...8) { addFault(.everything, &dice) } }
        add(Self.healing, .heal)
        add(Self.healing + 1000, .probe)
        add(Self.healing + 60_000, .override)
        moments.sort { $0.at < $1.at }
    }

    private mutating func add(_ at: Int, _ what: Moment.What) { moments.append(Moment(at: at, what: what)) }

    private mutating func addFault(_ theme: Theme, _ dice: inout SplitMix64) {
        let at = dice.draw(0...Self.healing * 9 / 10)
        switch theme {
        case .crash: add(at, crash(power: false, &dice))
        case .power: add(at, crash(power: true, &dice))
        case .disk: add(at, disk(&dice))
        case .partition: for moment in partition(at, &dice) { moments.append(moment) }
        case .clock: add(at, clock(&dice))
        case .liars: liar(&dice)
        case .tokens:
            // Tokens are on their way while jobs are.
            add(at, .tokenForged(dice.pick(Moment.Forgery.allCases), node: dice.draw(0...shape.nodes)))
            if let job = moments.first { add(job.at + dice.draw(1...300), forgery(&dice)) }
        case .delivery:
            add(at, dice.draw(0...1) == 0 ? .receiverRefuses(dice.draw(1...6)) : delivery(&dice))
            if dice.draw(0...1) == 0 { add(at + dice.draw(0...3000), crash(power: dice.draw(0...1) == 0, &dice)) }
        case .people: people(at, &dice)
        case .everything:
            let themes: [Theme] = [.crash, .power, .disk, .partition, .clock, .liars, .tokens, .delivery, .people]
            addFault(dice.pick(themes), &dice)
        case .damage:
            add(at, dice.draw(0...1) == 0 ? .journalDamaged : .logDamaged(file: dice.draw(0...99)))
            add(at + dice.draw(1...2000), .railDies(power: false, down: 200))
        }
    }

    private func crash(power: Bool, _ dice: inout SplitMix64) -> Moment.What {
        switch dice.draw(0...5) {
        case 0: .nodeDies(dice.draw(0...shape.nodes), down: dice.draw(10...5000))
        case 1: .validatorDies(dice.draw(0...1))
        case 2:
            .logFails(power ? [.crashBefore, .crashAfter][dice.draw(0...1)] : .notDone, after: dice.draw(0...12))
        default: .railDies(power: power, down: dice.draw(10...4000))
        }
    }

    private func disk(_ dice: inout SplitMix64) -> Moment.What {
        switch dice.draw(0...3) {
        case 0: .diskFills(for: dice.draw(100...5000))
        case 1: .syncFails
        default: .logFails(dice.pick(FaultyFileSystem.Fault.allCases), after: dice.draw(0...12))
        }
    }

    private func clock(_ dice: inout SplitMix64) -> Moment.What {
        let jump = [-3_600_000, -60_000, -5000, 5000, 60_000, 3_600_000, 86_400_000][dice.draw(0...6)]
        let drift = dice.draw(-500...500)
        return switch dice.draw(0...3) {
        case 0: .railClockDrifts(drift)
        case 1: .nodeClockDrifts(dice.draw(0...shape.nodes), drift)
        case 2: .railClockJumps(jump)
        default: .nodeClockJumps(dice.draw(0...shape.nodes), jump)
        }
    }

    private func forgery(_ dice: inout SplitMix64) -> Moment.What {
        .tokenForged(dice.pick(Moment.Forgery.allCases), node: dice.draw(0...shape.nodes))
    }

    private func delivery(_ dice: inout SplitMix64) -> Moment.What {
        let link = dice.draw(0...1) == 0 ? WorldLink(.rail, .receiver) : WorldLink(.receiver, .rail)
        return .cut([link], for: dice.draw(200...9000))
    }

    /// One liar more, as many as a rail of this shape bears; from the begin, so that nobody is a liar who was not.
    private mutating func liar(_ dice: inout SplitMix64) {
        let liars = moments.count { if case .nodeBehaves = $0.what { true } else { false } }
        guard liars < shape.liarsMax else { return }
        let behaviours: [WorldNode.Behaviour] = [
            .lying(by: dice.draw(1...2)), .lying(by: 1), .equivocating, .silent, .replaying, .forging,
            .refusing(code: "node.busy", message: "no"), .indeterminate,
        ]
        add(0, .nodeBehaves(liars, dice.pick(behaviours)))
    }

    /// Two events wait for nodes that are away; the second is taken back behind the first.
    private mutating func withdrawWaiting(_ at: Int, _ dice: inout SplitMix64) {
        for node in 0..<shape.nodes { add(at, .nodeDies(node, down: dice.draw(1000...5000))) }
        for event in 50...51 {
            add(at + dice.draw(1...100), .submit(season: 2000 + event, warmth: dice.draw(0...2), event: event))
        }
        add(at + dice.draw(200...900), .withdraw(event: dice.draw(50...51)))
    }

    private mutating func people(_ at: Int, _ dice: inout SplitMix64) {
        // Withdrawals came later, as four nodes did.
        switch dice.draw(0...(seed > 20_000 ? 4 : 2)) {
        case 3: add(at, .withdraw(event: dice.draw(0...3)))
        case 4: withdrawWaiting(at, &dice)
        case 0: add(at, .correct(season: 2000, event: 100 + moments.count))
        case 1: add(at, .nodeSlow(dice.draw(0...shape.nodes), milliseconds: dice.draw(100...15_000)))
        default:
            let revoked = moments.contains { if case .nodeRevoked = $0.what { true } else { false } }
            if !revoked { add(at, .nodeRevoked(shape.nodes)) }
        }
    }
}

extension SplitMix64 {
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[draw(0...elements.count - 1)] }
}
