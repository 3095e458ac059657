import NexusSimulation

/// What the command line asks for.
struct Options {
    enum Task: String {
        /// Stories from seeds, after those of the kept seeds.
        case stories
        /// One story, moment by moment.
        case story
        /// The trace of each twentieth seed, to be compared with another process's.
        case traces
        case model, forgeries
        /// Every shape with every number of liars, each lying in every way.
        case liars
        /// The rail dies around each kind of delivery, so many seeds each.
        case deliveries
        /// Damaged folders of a log.
        case images
    }

    var task = Task.stories
    var first: UInt64 = 1
    var count: UInt64 = 300
    var seedFiles: [String] = []
    /// Only seeds of this theme, as many of them.
    var theme: Story.Theme?
    /// The most faults of a model's history.
    var faults: UInt64 = 3
    /// The one story of a list that is told.
    var only: UInt64?
    /// Each how manieth forged pack is verified.
    var step: UInt64 = 1
    /// The first broken promise ends the run, unshrunk.
    var stopsAtFirst = false
    /// Whether a model's rail waits for late statements and lost nodes.
    var hasGraces = true
    /// Forged packs are printed for another verifier; a model tells how far it is.
    var isStreaming = false

    struct Misuse: Error { let message: String }

    static let usage = """
        simulator [stories] [--seeds N] [--first N] [--theme NAME] [--kept FILE]... [--stop]
        simulator liars [--story SEED]
        simulator deliveries [--seeds N] [--story SEED]
        simulator story SEED
        simulator traces [--seeds N] [--first N]
        simulator model [--faults N] [--no-graces] [--stream]
        simulator forgeries [--step N] [--stream]
        simulator images [--seeds N]
        """

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        if let word = rest.first, let task = Task(rawValue: word) {
            self.task = task
            rest = rest.dropFirst()
        }
        func number(_ text: String?) throws -> UInt64 {
            guard let text, let value = UInt64(text) else { throw Misuse(message: "a number is needed") }
            return value
        }
        while let word = rest.popFirst() {
            switch word {
            case "--seeds": count = try number(rest.popFirst())
            case "--first": first = try number(rest.popFirst())
            case "--kept": seedFiles += rest.popFirst().map { [$0] } ?? []
            case "--faults": faults = try number(rest.popFirst())
            case "--step": step = max(1, try number(rest.popFirst()))
            case "--story": only = try number(rest.popFirst())
            case "--theme":
                theme = rest.popFirst().flatMap { Story.Theme(rawValue: $0) }
                guard theme != nil else {
                    let names = Story.Theme.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Misuse(message: "a theme is one of \(names)")
                }
            case "--stop": stopsAtFirst = true
            case "--no-graces": hasGraces = false
            case "--stream": isStreaming = true
            default:
                guard task == .story else { throw Misuse(message: "what is \(word)?") }
                first = try number(word)
                count = 1
            }
        }
    }
}
