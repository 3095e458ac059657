import NexusBase
import NexusEvidence
import NexusLog
import NexusLogStore
import NexusOrchestration
import NexusTestInputs
import NexusTestSupport
import NexusTrust

/// The rail's shell over a disk that takes time and fails: as RailEngine and LogKeeper do it.
extension World {
    /// A world of its own that goes on from here, over a disk of its own, with another seed.
    package func branch(seed: UInt64) throws -> World {
        var world = self
        world.random = SplitMix64(seed: seed)
        world.entropySeed = seed
        world.store = try store?.copy() ?? WorldStore(self)
        return world
    }

    /// Effects wait until their record is durable; one sync carries what came since the last.
    mutating func hold(_ effects: [Effect], _ bytes: [UInt8]) {
        store?.held.append((journal.count, bytes, effects))
        if store?.isSyncing == false { beginSync() }
    }

    private mutating func beginSync() {
        guard var store else { return }
        guard !store.isFull else { return die(power: false, for: 300) }
        for record in store.held { store.journal.write(record.bytes) }
        store.writing = store.held.count
        store.isSyncing = true
        self.store = store
        events.add(.synced(records: journal.count), at: now + .milliseconds(random.draw(store.syncMilliseconds)))
    }

    mutating func storeHappens(_ event: WorldEvent) throws {
        if case .railStarts = event { return try startRail() }
        guard var store else { return }
        store.journal.sync()
        store.isSyncing = false
        let ready = store.held.prefix(store.writing)
        store.held.removeFirst(store.writing)
        let fails = store.failsAfterEffect
        store.failsAfterEffect = false
        self.store = store
        // Nobody knows what the disk holds after a failed sync: the journal stops, and the rail with it.
        if fails { return die(power: false, for: 300) }
        for record in ready {
            for effect in record.effects where isRailUp { try perform(effect) }
        }
        if isRailUp, self.store?.held.isEmpty == false, self.store?.isSyncing == false { beginSync() }
    }

    /// The rail's process ends, or its machine's power goes. It starts again after the time given.
    package mutating func die(power: Bool, for milliseconds: Int) {
        guard var store, isRailUp else { return }
        watch.note("the rail dies")
        isRailUp = false
        events.removeRailEvents()
        for index in nodes.indices { nodes[index].session = nil }
        railSessions = []
        store.held = []
        store.isSyncing = false
        if power {
            store.journal.losePower(&random)
            let salt = UInt8(truncatingIfNeeded: random.next())
            store.files.restart { path in (Digest(of: Array(path.utf8)).bytes[0] ^ salt) & 1 == 0 }
        } else {
            store.journal.loseProcess(&random)
            store.files.restartProcess()
        }
        self.store = store
        events.add(.railStarts, at: now + .milliseconds(milliseconds))
    }

    private mutating func startRail() throws {
        guard var store, !isRailUp else { return }
        guard let count = store.journal.recover() else {
            self.store = store
            return refuseToStart("the journal's tail is lost")
        }
        do { store.log = try WorldStore.open(store.files) } catch let error as LogStoreError
            where [.damaged, .tailLost].contains(error.code)
        {
            self.store = store
            return refuseToStart("\(error)")
        } catch {
            // The disk does not do what it is asked to: whoever keeps the process up starts it again.
            store.files.restartProcess()
            self.store = store
            return events.add(.railStarts, at: now + .milliseconds(300))
        }
        self.store = store
        journal.removeLast(journal.count - store.baseCount - count)
        try replay(store)
        watch.tally { $0.railStarts += 1 }
        for job in watch.acknowledged where core.jobs[job] == nil {
            watch.fail("acknowledged", "job \(job.short) is gone after a restart")
        }
        // What a record says is released is so, also if the process died before it told anyone.
        let untold = core.jobs.values.filter { $0.status == .certified && !watch.released.contains($0.id) }.map(\.id)
        if store.isDamaged { watch.release(untold) } else if !untold.isEmpty { checkRelease(untold, store) }
        isRailUp = true
        bornAt = now
        let last = try journal.last.map { try InputRecord(parsing: $0.bytes, sequence: $0.sequence).context.now }
        railClock = RailClock(last: last ?? now)
        try take(.started(plan.configuration))
        for index in nodes.indices where nodes[index].isUp { connect(index, after: 1) }
    }

    private mutating func refuseToStart(_ reason: String) {
        watch.note("the rail does not start: \(reason)")
        if store?.isDamaged == true {
            watch.tally { $0.refusedStarts += 1 }
        } else {
            watch.fail("recovery", "the rail does not start: \(reason)")
        }
    }

    /// Steps the records again and holds the decisions against those of the first time.
    private mutating func replay(_ store: WorldStore) throws {
        core = store.base
        for record in journal.dropFirst(store.baseCount) {
            let read = try InputRecord(parsing: record.bytes, sequence: record.sequence)
            _ = core.step(read.input, at: read.context)
            guard core.decisions == record.decisions else {
                return watch.fail("replay", "record \(record.sequence) decides something else")
            }
        }
    }

    // MARK: The log

    /// Append, sign, cosign, publish: each may fail, and a validator may not be reached.
    mutating func storeCommit(
        _ entries: [[UInt8]], _ firstIndex: Int, _ jobs: [ValidationRequest.DecidedJob], _ bindings: [Envelope]
    ) throws {
        guard var store else { return }
        do {
            let indices = try store.log.append(entries)
            guard indices == Array(firstIndex..<firstIndex + entries.count) else {
                self.store = store
                return watch.fail("log", "the log holds other entries than the journal says at \(firstIndex)")
            }
            var signed = try SignedCheckpoint(store.log.checkpointToSign(), signedBy: Party.log)
            self.store = store
            let request = ValidationRequest(
                checkpoint: Text(String(decoding: signed.bytes, as: UTF8.self)), firstIndex: firstIndex,
                entries: entries, jobs: jobs, bindings: bindings)
            guard try collect(request, into: &signed) else {
                return events.add(.commit(entries, firstIndex: firstIndex), at: now + .milliseconds(200))
            }
            try store.log.commit(signed)
            self.store = store
            let note = Text(String(decoding: signed.bytes, as: UTF8.self))
            log.publish(entries, firstIndex: firstIndex, checkpoint: note)
            soon(.done(.committed(firstIndex: firstIndex, count: entries.count, checkpoint: note)))
        } catch is FaultyFileSystem.Crash {
            die(power: true, for: 300)
        } catch is LogStoreError {
            // The rail does not go on without its log.
            die(power: false, for: 300)
        }
    }

    private mutating func collect(_ request: ValidationRequest, into signed: inout SignedCheckpoint) throws -> Bool {
        var count = 0
        for index in log.validators.indices {
            let isLost = random.draw(1...100) <= network.lossPercent
            guard !isLost, network.passes(.rail, .validator(index)) else { continue }
            let line = try log.cosign(request, by: index, at: now)
            if line == nil { watch.fail("validators", "validator \(index) refuses what an honest rail shows it") }
            guard let line, network.passes(.validator(index), .rail) else { continue }
            signed.add([line])
            count += 1
        }
        return count >= plan.validators
    }
}
