import Foundation
import NexusBase
import NexusTrust

/// Years 1970 to 9999, the ones that RFC 3339 can say.
private let timeRange: ClosedRange<Int64> = 0...253_402_300_799_999

extension Welcome {
    init(form: WireWelcome) throws {
        func place(_ field: String) -> String { "rail-frame.welcome.\(field)" }
        let idBytes = MeshLimits.sessionIDBytes
        try check(form.sessionID.count, in: idBytes...idBytes, at: place("session_id"))
        try checkKey(
            form.encapsulatedKey.count, in: SealingSuite.allCases.map(\.encapsulatedBytes),
            at: place("encapsulated_key"))
        try check(form.railID.utf8.count, in: 1...MeshLimits.identifierBytesMax, at: place("rail_id"))
        guard timeRange.contains(form.serverTimeMs) else {
            throw MeshError(.malformedFrame, "a time outside the years 1970 to 9999", at: place("server_time_ms"))
        }
        self.init(
            sessionID: Array(form.sessionID), encapsulatedKey: Array(form.encapsulatedKey), railID: Text(form.railID),
            serverTime: Instant(milliseconds: form.serverTimeMs))
    }

    var form: WireWelcome {
        var form = WireWelcome()
        form.sessionID = Data(sessionID)
        form.encapsulatedKey = Data(encapsulatedKey)
        form.railID = railID.string
        form.serverTimeMs = serverTime.milliseconds
        return form
    }
}

extension Hello {
    init(form: WireHello) throws {
        self.init(
            role: try PeerRole(form: form.role, at: "node-frame.hello.role"), did: Text(form.did),
            identityDocument: Array(form.identityDocument), sealingPublicKey: Array(form.sealingPublicKey),
            runtimeDescription: Array(form.runtimeDescription), logIndex: form.logIndex)
        try check()
    }

    func check() throws {
        func place(_ field: String) -> String { "node-frame.hello.\(field)" }
        try NexusMesh.check(did.utf8.count, in: 1...MeshLimits.identifierBytesMax, at: place("did"))
        try NexusMesh.check(
            identityDocument.count, in: 0...MeshLimits.identityDocumentBytesMax, at: place("identity_document"))
        try checkKey(
            sealingPublicKey.count, in: SealingSuite.allCases.map(\.publicBytes), at: place("sealing_public_key"))
        if role == .node, sealingPublicKey.isEmpty {
            throw MeshError(.malformedFrame, "a node needs a sealing key", at: place("sealing_public_key"))
        }
        try NexusMesh.check(
            runtimeDescription.count, in: 0...MeshLimits.runtimeDescriptionBytesMax, at: place("runtime_description"))
    }

    var form: WireHello {
        var form = WireHello()
        form.role = role.form
        form.did = did.string
        form.identityDocument = Data(identityDocument)
        form.sealingPublicKey = Data(sealingPublicKey)
        form.runtimeDescription = Data(runtimeDescription)
        form.logIndex = logIndex
        return form
    }
}

/// No bytes, or as many as keys of one of the suites have: too many are `mesh.too-large`, else `mesh.malformed-frame`.
private func checkKey(_ count: Int, in counts: [Int], at place: @autoclosure () -> String) throws {
    guard count != 0, !counts.contains(count) else { return }
    let most = counts.max() ?? 0
    try check(count, in: most...most, at: place())
}
