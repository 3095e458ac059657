public import NexusBase

/// All jobs in order of acknowledgement, found by id, with those still open apart.
///
/// Rows never move, so the core names a job by its place; nothing here iterates a dictionary.
public struct JobTable: Sendable {
    private var rows: [Job] = []
    private var places: [Digest: Int] = [:]
    /// Places of open jobs in order, and of some that were closed since the last sweep.
    private var listed: [Int] = []
    private(set) var openCount = 0
    /// Places of rows that were changed since `forgetTouched`, some more than once: what read models look at.
    private var touchedPlaces: [Int] = []

    public var count: Int { rows.count }
    /// In order of acknowledgement.
    public var values: [Job] { rows }

    public subscript(id: Digest) -> Job? { places[id].map { rows[$0] } }

    subscript(place: Int) -> Job {
        get { rows[place] }
        _modify {
            if touchedPlaces.last != place { touchedPlaces.append(place) }
            yield &rows[place]
        }
    }

    /// The rows that the last step changed or added, with their places, in order.
    public var touched: [(place: Int, job: Job)] { Set(touchedPlaces).sorted().map { ($0, rows[$0]) } }

    mutating func forgetTouched() { touchedPlaces.removeAll(keepingCapacity: true) }

    func place(of id: Digest) -> Int? { places[id] }

    /// Adds an open job and gives its place.
    mutating func add(_ job: Job) -> Int {
        let place = rows.count
        places[job.id] = place
        rows.append(job)
        listed.append(place)
        touchedPlaces.append(place)
        openCount += 1
        return place
    }

    mutating func close(_ place: Int) {
        guard rows[place].isOpen else { return }
        rows[place].isOpen = false
        openCount -= 1
        // Swept when they are half of the list: closing costs the same however many are open.
        if listed.count > 2 * openCount + 64 { listed.removeAll { !rows[$0].isOpen } }
    }

    /// Places of open jobs in order of acknowledgement.
    var open: [Int] { listed.filter { rows[$0].isOpen } }
}
