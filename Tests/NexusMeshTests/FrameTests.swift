import Foundation
import GRPCCore
import NexusBase
import NexusTestInputs
import NexusTrust
import SwiftProtobuf
import Testing

@testable import NexusMesh

private let digestA = NexusBase.Digest(of: [1])

/// One frame of each kind, small.
let railFrames: [RailFrame] = [
    .welcome(
        Welcome(
            sessionID: Array(0..<16), encapsulatedKey: Array(0..<32), railID: "did:example:rail",
            serverTime: Instant(milliseconds: 1_795_253_400_000))),
    .materials([
        Material(kind: "module", digest: digestA, bytes: Array(0..<100)),
        Material(kind: "clause", digest: digestA, bytes: []),
    ]),
    .assignments([
        SealedAssignment(token: [1, 2, 3], tokenDigest: digestA, sealedPayload: Array(0..<40)),
        SealedAssignment(token: [4], tokenDigest: NexusBase.Digest(of: [2]), sealedPayload: Array(0..<16)),
    ]),
    .validationRequest(Array(0..<50)), .cancel([digestA, NexusBase.Digest(of: [2])]), .drain(reason: "é"), .goodbye,
]

let nodeFrames: [NodeFrame] = [
    .hello(
        Hello(
            role: .node, did: "did:example:n", identityDocument: [1], sealingPublicKey: Array(0..<32),
            runtimeDescription: [2], logIndex: .max)),
    .message(
        .answers([
            Answer(tokenDigest: digestA, outcome: .cac(Array(0..<90))),
            Answer(tokenDigest: digestA, outcome: .cac([1]), proof: Array(0..<200)),
            Answer(tokenDigest: digestA, outcome: .refusal(Refusal(code: "runtime.trap", message: "unreachable"))),
        ])),
    .message(.cosignature([1, 2])),
    .message(.heartbeat(Heartbeat(running: 1, queued: 2, loadPermille: 3, maxConcurrency: .max))),
    .message(.materialRequest([digestA])), .message(.drained),
]

private func frameError(_ body: () throws -> some Any) -> MeshError? {
    do {
        _ = try body()
        return nil
    } catch { return error as? MeshError }
}

@Suite struct FrameTests {
    @Test func `every frame reads as it was written`() throws {
        for frame in railFrames { #expect(try RailFrame(decoding: frame.encoded()) == frame) }
        for frame in nodeFrames { #expect(try NodeFrame(decoding: frame.encoded()) == frame) }
    }

    @Test func `the worked example of the format page is what we write`() throws {
        #expect(Hex.encode(try RailFrame.drain(reason: "stop").encoded()) == "32060a0473746f70")
        #expect(
            Hex.encode(
                try NodeFrame.message(
                    .heartbeat(Heartbeat(running: 2, queued: 1, loadPermille: 500, maxConcurrency: 4))
                ).encoded())
                == "2209080210011 8f4032004".replacingOccurrences(of: " ", with: ""))
    }

    @Test func `the service and method names are those of the proto file`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let proto = try String(contentsOf: root.appending(path: "Protos/nexus/mesh/v1/mesh.proto"), encoding: .utf8)
        #expect(proto.contains("package nexus.mesh.v1;"))
        for method in [Methods.session, Methods.renew, Methods.authority, Methods.enrol] {
            let service = try #require(method.service.fullyQualifiedService.split(separator: ".").last)
            #expect(method.service.fullyQualifiedService == "nexus.mesh.v1.\(service)")
            let start = try #require(proto.range(of: "service \(service) {"))
            let end = try #require(proto.range(of: "\n}", range: start.upperBound..<proto.endIndex))
            #expect(proto[start.upperBound..<end.lowerBound].contains("rpc \(method.method)("))
        }
    }

    @Test func `unknown fields, repeated fields and other encodings are refused`() throws {
        let frame = try RailFrame.drain(reason: "stop").encoded()
        #expect(frameError { try RailFrame(decoding: frame + frame) }?.code == .malformedFrame)
        #expect(frameError { try RailFrame(decoding: frame + [0x78, 1]) }?.code == .malformedFrame)
        // The same length as a varint of two bytes.
        #expect(
            frameError { try RailFrame(decoding: [0x32, 0x86, 0x00] + frame.dropFirst(2)) }?.code == .malformedFrame)
        #expect(frameError { try RailFrame(decoding: []) }?.code == .malformedFrame)
        // Bytes that are not UTF-8.
        #expect(frameError { try RailFrame(decoding: [0x32, 3, 0x0A, 1, 0xFF]) }?.code == .malformedFrame)
        // Groups within groups.
        let nested = [UInt8](repeating: 0x7B, count: 100_000) + [UInt8](repeating: 0x7C, count: 100_000)
        #expect(frameError { try RailFrame(decoding: nested) }?.code == .malformedFrame)
    }

    @Test func `an error names the place`() throws {
        var form = RailFrame.cancel([digestA, digestA]).form
        form.cancel.tokenDigests[1] = Data([1])
        let error = frameError { try RailFrame(decoding: form.serializedBytes()) }
        #expect(error?.place == "rail-frame.cancel.token_digests[1]")
        #expect(error?.code == .malformedFrame)
        var hello = WireNodeFrame()
        hello.hello.role = .node
        hello.hello.did = "did:example:n"
        #expect(
            frameError { try NodeFrame(decoding: hello.serializedBytes()) }?.place
                == "node-frame.hello.sealing_public_key")
        hello.hello.role = .UNRECOGNIZED(3)
        #expect(frameError { try NodeFrame(decoding: hello.serializedBytes()) }?.place == "node-frame.hello.role")
    }

    @Test func `more than 100,000 mutated frames are read or refused with a coded error, and none traps`() async throws
    {
        var generator = SplitMix64(seed: 20_261_121)
        var refused = 0
        var read = 0
        func attempt(_ decode: () throws -> Void) {
            do {
                try decode()
                read += 1
            } catch {
                if error is MeshError { refused += 1 } else { Issue.record("not a coded error: \(error)") }
            }
        }
        let rails = try railFrames.map { try $0.encoded() }
        let nodes = try nodeFrames.map { try $0.encoded() }
        let unary = try [
            AuthorityResponse(certificate: [1, 2]).encoded(), RenewRequest(signingRequest: [1]).encoded(),
            EnrolRequest(secret: Array(0..<32), role: .node, did: "did:e", identityDocument: [1], signingRequest: [2])
                .encoded(), EnrolResponse(certificate: [1], meshAddress: "h:1", railID: "r").encoded(),
        ]
        for round in 0..<10_000 {
            // Tests share two threads: leave them to the ones that watch the time.
            if round % 50 == 0 { await Task.yield() }
            for _ in 0..<4 {
                let rail = mutate(rails[round % rails.count], with: rails, &generator)
                attempt { _ = try RailFrame(decoding: rail) }
                let node = mutate(nodes[round % nodes.count], with: nodes, &generator)
                attempt { _ = try NodeFrame(decoding: node) }
            }
            let bytes = mutate(unary[round % unary.count], with: unary, &generator)
            attempt { _ = try EnrolRequest(decoding: bytes) }
            attempt { _ = try EnrolResponse(decoding: bytes) }
            attempt { _ = try AuthorityResponse(decoding: bytes) }
            attempt { _ = try RenewRequest(decoding: bytes) }
        }
        #expect(read + refused == 120_000)
        #expect(read > 1000 && refused > 10_000)
    }
}

@Suite struct FrameLimitTests {
    private func form(_ change: (inout WireRailFrame) -> Void) throws -> [UInt8] {
        var form = WireRailFrame()
        change(&form)
        return try form.serializedBytes()
    }

    private func nodeForm(_ change: (inout WireNodeFrame) -> Void) throws -> [UInt8] {
        var form = WireNodeFrame()
        change(&form)
        return try form.serializedBytes()
    }

    /// Reads at the limit and refuses one past it, with the place.
    private func check(
        _ limit: Int, _ place: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ decode: (Int) throws -> Void
    ) async {
        await Task.yield()
        #expect(throws: Never.self, sourceLocation: sourceLocation) { try decode(limit) }
        let error = frameError { try decode(limit + 1) }
        #expect(error?.code == .tooLarge, sourceLocation: sourceLocation)
        #expect(error?.place == place, sourceLocation: sourceLocation)
    }

    @Test func `each limit of a rail's frame holds at the limit and not one past it`() async throws {
        let digest = Data(digestA.bytes)
        await check(MeshLimits.itemsPerFrameMax, "rail-frame.cancel.token_digests") { count in
            _ = try RailFrame(decoding: form { $0.cancel.tokenDigests = Array(repeating: digest, count: count) })
        }
        func material(kind: Int = 1, bytes: Int = 0) -> WireMaterial {
            var item = WireMaterial()
            item.kind = String(repeating: "k", count: kind)
            item.digest = digest
            item.bytes = Data(count: bytes)
            return item
        }
        await check(MeshLimits.itemsPerFrameMax, "rail-frame.materials.items") { count in
            _ = try RailFrame(decoding: form { $0.materials.items = Array(repeating: material(), count: count) })
        }
        await check(MeshLimits.materialKindBytesMax, "rail-frame.materials.items[0].kind") { count in
            _ = try RailFrame(decoding: form { $0.materials.items = [material(kind: count)] })
        }
        await check(MeshLimits.materialBytesMax, "rail-frame.materials.items[0].bytes") { count in
            _ = try RailFrame(decoding: form { $0.materials.items = [material(bytes: count)] })
        }
        func assignment(token: Int = 1, payload: Int = 16) -> WireAssignment {
            var item = WireAssignment()
            item.tokenEnvelope = Data(count: token)
            item.tokenDigest = digest
            item.sealedPayload = Data(count: payload)
            return item
        }
        await check(MeshLimits.itemsPerFrameMax, "rail-frame.assignments.items") { count in
            _ = try RailFrame(decoding: form { $0.assignments.items = Array(repeating: assignment(), count: count) })
        }
        await check(MeshLimits.tokenBytesMax, "rail-frame.assignments.items[0].token_envelope") { count in
            _ = try RailFrame(decoding: form { $0.assignments.items = [assignment(token: count)] })
        }
        await check(MeshLimits.payloadBytesMax + 16, "rail-frame.assignments.items[0].sealed_payload") { count in
            _ = try RailFrame(decoding: form { $0.assignments.items = [assignment(payload: count)] })
        }
        await check(MeshLimits.validationRequestBytesMax, "rail-frame.validation_request") { count in
            _ = try RailFrame(decoding: form { $0.validationRequest = Data(count: count) })
        }
        await check(MeshLimits.messageBytesMax, "rail-frame.drain.reason") { count in
            _ = try RailFrame(decoding: form { $0.drain.reason = String(repeating: "r", count: count) })
        }
        func welcome(id: Int = 16, rail: Int = 1, time: Int64 = 0) throws -> [UInt8] {
            try form {
                $0.welcome.sessionID = Data(count: id)
                $0.welcome.railID = String(repeating: "r", count: rail)
                $0.welcome.serverTimeMs = time
            }
        }
        await check(MeshLimits.sessionIDBytes, "rail-frame.welcome.session_id") {
            _ = try RailFrame(decoding: welcome(id: $0))
        }
        await check(MeshLimits.identifierBytesMax, "rail-frame.welcome.rail_id") {
            _ = try RailFrame(decoding: welcome(rail: $0))
        }
        #expect(throws: Never.self) { try RailFrame(decoding: welcome(time: 253_402_300_799_999)) }
        for time: Int64 in [-1, 253_402_300_800_000, .max, .min] {
            #expect(
                frameError { try RailFrame(decoding: welcome(time: time)) }?.place
                    == "rail-frame.welcome.server_time_ms")
        }
    }

    @Test func `each limit of a node's frame holds at the limit and not one past it`() async throws {
        func hello(did: Int = 1, identity: Int = 0, key: Int = 32, runtime: Int = 0) throws -> [UInt8] {
            try nodeForm {
                $0.hello.role = .node
                $0.hello.did = String(repeating: "d", count: did)
                $0.hello.identityDocument = Data(count: identity)
                $0.hello.sealingPublicKey = Data(count: key)
                $0.hello.runtimeDescription = Data(count: runtime)
            }
        }
        await check(MeshLimits.identifierBytesMax, "node-frame.hello.did") {
            _ = try NodeFrame(decoding: hello(did: $0))
        }
        await check(MeshLimits.identityDocumentBytesMax, "node-frame.hello.identity_document") {
            _ = try NodeFrame(decoding: hello(identity: $0))
        }
        await check(SealingSuite.xWing.publicBytes, "node-frame.hello.sealing_public_key") {
            _ = try NodeFrame(decoding: hello(key: $0))
        }
        await check(MeshLimits.runtimeDescriptionBytesMax, "node-frame.hello.runtime_description") {
            _ = try NodeFrame(decoding: hello(runtime: $0))
        }
        func answer(cac: Int? = nil, code: Int = 1, message: Int = 0) -> WireAnswer {
            var item = WireAnswer()
            item.tokenDigest = Data(digestA.bytes)
            if let cac {
                item.cacEnvelope = Data(count: cac)
            } else {
                item.refusal.code = String(repeating: "c", count: code)
                item.refusal.message = String(repeating: "m", count: message)
            }
            return item
        }
        await check(MeshLimits.itemsPerFrameMax, "node-frame.answers.items") { count in
            _ = try NodeFrame(decoding: nodeForm { $0.answers.items = Array(repeating: answer(), count: count) })
        }
        await check(MeshLimits.cacBytesMax, "node-frame.answers.items[0].cac_envelope") { count in
            _ = try NodeFrame(decoding: nodeForm { $0.answers.items = [answer(cac: count)] })
        }
        await check(MeshLimits.proofBytesMax, "node-frame.answers.items[0].proof") { count in
            var item = answer(cac: 1)
            item.proof = Data(count: count)
            _ = try NodeFrame(decoding: nodeForm { $0.answers.items = [item] })
        }
        await check(MeshLimits.codeBytesMax, "node-frame.answers.items[0].refusal.code") { count in
            _ = try NodeFrame(decoding: nodeForm { $0.answers.items = [answer(code: count)] })
        }
        await check(MeshLimits.messageBytesMax, "node-frame.answers.items[0].refusal.message") { count in
            _ = try NodeFrame(decoding: nodeForm { $0.answers.items = [answer(message: count)] })
        }
        await check(MeshLimits.cosignatureBytesMax, "node-frame.cosignature") { count in
            _ = try NodeFrame(decoding: nodeForm { $0.cosignature = Data(count: count) })
        }
        await check(MeshLimits.itemsPerFrameMax, "node-frame.material_request.digests") { count in
            _ = try NodeFrame(
                decoding: nodeForm {
                    $0.materialRequest.digests = Array(repeating: Data(digestA.bytes), count: count)
                })
        }
    }

    @Test func `each limit of the enrolment messages holds at the limit and not one past it`() async throws {
        func request(did: Int = 1, identity: Int = 0, csr: Int = 1, secret: Int = 32) throws -> [UInt8] {
            var form = WireEnrolRequest()
            form.secret = Data(count: secret)
            form.role = .node
            form.did = String(repeating: "d", count: did)
            form.identityDocument = Data(count: identity)
            form.signingRequest = Data(count: csr)
            return try form.serializedBytes()
        }
        await check(MeshLimits.secretBytes, "enrol-request.secret") {
            _ = try EnrolRequest(decoding: request(secret: $0))
        }
        await check(MeshLimits.identifierBytesMax, "enrol-request.did") {
            _ = try EnrolRequest(decoding: request(did: $0))
        }
        await check(MeshLimits.identityDocumentBytesMax, "enrol-request.identity_document") {
            _ = try EnrolRequest(decoding: request(identity: $0))
        }
        await check(MeshLimits.signingRequestBytesMax, "enrol-request.signing_request") {
            _ = try EnrolRequest(decoding: request(csr: $0))
        }
        func response(certificate: Int = 1, address: Int = 1) throws -> [UInt8] {
            var form = WireEnrolResponse()
            form.certificate = Data(count: certificate)
            form.meshAddress = String(repeating: "a", count: address)
            form.railID = "r"
            return try form.serializedBytes()
        }
        await check(MeshLimits.certificateBytesMax, "enrol-response.certificate") {
            _ = try EnrolResponse(decoding: response(certificate: $0))
        }
        await check(MeshLimits.addressBytesMax, "enrol-response.mesh_address") {
            _ = try EnrolResponse(decoding: response(address: $0))
        }
    }

    @Test func `a whole frame past its limit is refused before it is parsed`() {
        let rail = frameError {
            try RailFrame(decoding: [UInt8](repeating: 0, count: MeshLimits.railFrameBytesMax + 1))
        }
        #expect(rail?.code == .tooLarge && rail?.place == "rail-frame")
        let node = frameError {
            try NodeFrame(decoding: [UInt8](repeating: 0, count: MeshLimits.nodeFrameBytesMax + 1))
        }
        #expect(node?.code == .tooLarge && node?.place == "node-frame")
    }
}
