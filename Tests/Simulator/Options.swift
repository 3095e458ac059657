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
    }

    var task = Task.stories
    var first: UInt64 = 1
    var count: UInt64 = 300
    var seedFiles: [String] = []
    var output: String?

    struct Misuse: Error { let message: String }

    static let usage = """
        simulator [stories] [--seeds N] [--first N] [--kept FILE]...
        simulator story SEED
        simulator traces [--seeds N] [--first N]
        simulator model [--seeds N]
        simulator forgeries [--output FOLDER]
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
            case "--output": output = rest.popFirst()
            default:
                guard task == .story else { throw Misuse(message: "what is \(word)?") }
                first = try number(word)
                count = 1
            }
        }
    }
}
