public import NexusBase

/// All jobs in order of acknowledgement, found by id, with those still open apart.
///
/// A place never changes, so the core names a job by it; no order here is a dictionary's. A job that is settled
/// (nothing more can happen to it) may be let go of by the shell, which has put it away: what steps still ask about
/// it stays here, so that they decide the same either way.
public struct JobTable: Sendable {
    /// By place.
    private var rows: [Int: Job] = [:]
    private var places: [Digest: Int32] = [:]
    /// By place: what is left of jobs that were let go of.
    private var remains: [SettledJob?] = []
    /// Over the rows that were let go of.
    private var goneSum = DigestSum()
    private var counts: [Job.Status: Int] = [:]
    /// Places of open jobs in order, and of some that were closed since the last sweep.
    private var listed: [Int] = []
    private(set) var openCount = 0
    /// Places of rows that were changed since `forgetTouched`, some more than once: what read models look at.
    private var touchedPlaces: [Int] = []
    /// Places of jobs that settled since `takeSettled`, some more than once.
    private var settledPlaces: [Int] = []

    public private(set) var count = 0
    /// Those that were not let go of, in order of acknowledgement.
    public var values: [Job] { rows.keys.sorted().compactMap { rows[$0] } }

    /// The job, unless it was let go of.
    public subscript(id: Digest) -> Job? { places[id].flatMap { rows[Int($0)] } }

    /// The job must not have been let go of.
    subscript(place: Int) -> Job {
        get { rows[place]! }
        _modify {
            if touchedPlaces.last != place { touchedPlaces.append(place) }
            yield &rows[place]!
        }
    }

    /// The rows that the last step changed or added, with their places, in order.
    public var touched: [(place: Int, job: Job)] {
        Set(touchedPlaces).sorted().compactMap { place in rows[place].map { (place, $0) } }
    }

    mutating func forgetTouched() { touchedPlaces.removeAll(keepingCapacity: true) }

    public func place(of id: Digest) -> Int? { places[id].map { Int($0) } }

    /// The job at a place below `count`, or what is left of it.
    public func row(at place: Int) -> Row? {
        if let job = rows[place] { return .kept(job) }
        return remains.indices.contains(place) ? remains[place].map { .settled($0) } : nil
    }

    public enum Row: Sendable {
        case kept(Job)
        case settled(SettledJob)

        public var id: Digest {
            switch self {
            case .kept(let job): job.id
            case .settled(let job): job.id
            }
        }

        public var status: Job.Status {
            switch self {
            case .kept(let job): job.status
            case .settled(let job): job.status
            }
        }
    }

    func isKept(_ place: Int) -> Bool { rows[place] != nil }

    /// How many jobs have this status.
    public func count(of status: Job.Status) -> Int {
        rows.values.count { $0.status == status } + (counts[status] ?? 0)
    }

    /// Ids that begin with these hexadecimal digits, in order of acknowledgement.
    public func ids(beginningWith digits: Text) -> [Digest] {
        places.filter { $0.key.hex.utf8.starts(with: digits.utf8) }.sorted { $0.value < $1.value }.map(\.key)
    }

    /// Adds an open job and gives its place.
    mutating func add(_ job: Job) -> Int {
        let place = count
        count += 1
        places[job.id] = Int32(place)
        rows[place] = job
        listed.append(place)
        touchedPlaces.append(place)
        openCount += 1
        return place
    }

    mutating func close(_ place: Int) {
        guard let job = rows[place], job.isOpen else { return }
        rows[place]!.isOpen = false
        openCount -= 1
        // Swept when they are half of the list: closing costs the same however many are open.
        if listed.count > 2 * openCount + 64 { listed.removeAll { rows[$0]?.isOpen != true } }
    }

    /// Nothing more can happen to this job.
    mutating func settle(_ place: Int) {
        if settledPlaces.last != place { settledPlaces.append(place) }
    }

    /// The places of jobs that settled and are still here.
    mutating func takeSettled() -> [Int] {
        defer { settledPlaces = [] }
        return Set(settledPlaces).filter(isKept).sorted()
    }

    mutating func letGo(of place: Int) {
        guard let job = rows.removeValue(forKey: place) else { return }
        counts[job.status, default: 0] += 1
        while remains.count <= place { remains.append(nil) }
        remains[place] = SettledJob(job)
        goneSum.add(DigestSum.member(place, job.digest))
    }

    /// Over all rows, those that were let go of among them.
    var sum: DigestSum {
        var sum = goneSum
        for (place, job) in rows { sum.add(DigestSum.member(place, job.digest)) }
        return sum
    }

    /// Places of open jobs in order of acknowledgement.
    var open: [Int] { listed.filter { rows[$0]?.isOpen == true } }
}
