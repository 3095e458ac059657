// swift-tools-version: 6.2
// One package, one module a room; ARCHITECTURE.md draws the house. Floors 0 to 5 need only Crypto, X509 and Yams:
// `NEXUS_FLOORS=core swift test --scratch-path .build-core` builds and tests them alone, in seconds.
import Foundation
import PackageDescription

let coreOnly = ProcessInfo.processInfo.environment["NEXUS_FLOORS"] == "core"

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")

/// A room: a target in `Sources/<name>`.
func room(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// The tests of a room, in `Tests/<name>Tests`.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "NexusTestInputs"] + dependencies,
        swiftSettings: strict)
}

/// What a room may import besides the rooms below it.
enum Library {
    static let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
    static let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
    static let grpc: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
    static let grpcProtobuf: Target.Dependency = .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
    static let grpcTransport: Target.Dependency = .product(
        name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
    static let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
    static let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
    static let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
    static let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
    static let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
    static let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
    static let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
    static let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
    static let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
    static let serviceLifecycle: Target.Dependency = .product(
        name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
    static let swiftASN1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
    static let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
    static let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
}

var dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
]

/// The rooms that read foreign bytes; with `NEXUS_FUZZER` they are built for libFuzzer.
let decoding = [
    "NexusAnchor", "NexusAttestation", "NexusBase", "NexusClause", "NexusEvidence", "NexusGovernance", "NexusLog",
    "NexusModel", "NexusOrchestration", "NexusPolicy", "NexusProof", "NexusTrust", "NexusWitness",
]
let isFuzzer = ProcessInfo.processInfo.environment["NEXUS_FUZZER"] != nil
let fuzzed: [SwiftSetting] = isFuzzer ? [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])] : []

// Floors 0 to 5: no network, no file, no clock. With them, for the simulator, the log's files, which need nothing else.
var targets: [Target] = [
    room("NexusBase", [crypto]),
    // ML-DSA-44 and SLH-DSA out of swift-crypto's own BoringSSL.
    .target(name: "CNexusSignatures", dependencies: [crypto]),
    room("NexusSignatures", ["CNexusSignatures"]),
    // The system's zlib, for status lists.
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    room("NexusTrust", ["NexusSignatures", "NexusBase", "CZlib", crypto, cryptoExtras]),
    room("NexusAttestation", ["NexusBase", crypto, cryptoExtras, Library.swiftASN1]),
    room("NexusLog", ["NexusSignatures", "NexusBase", crypto]),
    room("NexusPolicy", ["NexusBase"]),
    // Loops over vectors of field elements, a copy for each kind of processor.
    .target(name: "CNexusField"),
    room("NexusProof", ["CNexusField", "NexusBase", crypto]),
    // Time stamps of checkpoints (RFC 3161), verified offline.
    room("NexusAnchor", ["NexusLog", "NexusBase", Library.swiftASN1, Library.x509, crypto]),
    room("NexusModel", ["NexusProof", "NexusBase"]),
    room("NexusClause", ["NexusPolicy", "NexusTrust", "NexusBase", Library.yams]),
    room(
        "NexusGovernance",
        ["NexusClause", "NexusPolicy", "NexusAttestation", "NexusLog", "NexusTrust", "NexusBase"]),
    room(
        "NexusEvidence",
        [
            "NexusGovernance", "NexusClause", "NexusAttestation", "NexusProof", "NexusAnchor", "NexusLog", "NexusTrust",
            "NexusBase",
        ]),
    room(
        "NexusOrchestration",
        [
            "NexusEvidence", "NexusPolicy", "NexusGovernance", "NexusClause", "NexusAttestation", "NexusLog",
            "NexusTrust", "NexusBase",
        ]),
    // On floor 6, and here because they need nothing more.
    room("NexusLogStore", ["NexusLog", "NexusBase"]),
    room("NexusWitness", ["NexusLog", "NexusBase"]),
    // On floor 7, and as pure: the API's documents in, pages out.
    room(
        "NexusDashboard", ["NexusBase", Library.mustache],
        resources: [.embedInCode("Assets"), .embedInCode("Templates")]),
    tests(of: "NexusBase"),
    tests(of: "NexusSignatures", ["NexusBase", "NexusTestSupport"]),
    tests(of: "NexusTrust", [crypto]),
    tests(of: "NexusAttestation", ["NexusTestSupport", "NexusBase", crypto, cryptoExtras]),
    tests(of: "NexusLog", [crypto]),
    tests(of: "NexusWitness", ["NexusLogStore", "NexusLog", "NexusBase"]),
    tests(of: "NexusPolicy"),
    tests(of: "NexusDashboard", ["NexusBase"]),
    tests(of: "NexusProof", ["NexusTestSupport", "NexusBase"]),
    tests(of: "NexusAnchor", ["NexusTestSupport", "NexusLog", "NexusBase"]),
    tests(of: "NexusModel", ["NexusProof", "NexusBase"]),
    tests(of: "NexusClause", ["NexusTestSupport", "NexusBase"]),
    tests(
        of: "NexusGovernance",
        [
            "NexusTestSupport", "NexusSignatures", "NexusClause", "NexusPolicy", "NexusAttestation", "NexusLog",
            "NexusTrust", "NexusBase",
        ]),
    // Seeded inputs and the folder of conformance data, for every room's tests.
    .target(name: "NexusTestInputs", path: "Tests/Inputs", swiftSettings: strict),
    // Shared builders for tests: keys, governance, packs and the vectors' folder.
    .target(
        name: "NexusTestSupport",
        dependencies: [
            "NexusEvidence", "NexusGovernance", "NexusClause", "NexusPolicy", "NexusAnchor", "NexusAttestation",
            "NexusLog", "NexusTrust", "NexusProof", "NexusBase", Library.swiftASN1, Library.x509, crypto,
        ],
        path: "Tests/Support", swiftSettings: strict),
    // A rail in memory, the real core, agents, validators and log store, on which every fault can be put.
    .target(
        name: "NexusSimulation",
        dependencies: [
            "NexusTestInputs", "NexusTestSupport", "NexusOrchestration", "NexusEvidence", "NexusGovernance",
            "NexusClause", "NexusPolicy", "NexusLogStore", "NexusLog", "NexusAttestation", "NexusTrust", "NexusBase",
        ],
        path: "Tests/Simulation", swiftSettings: strict),
    // `make sim`: thousands of seeds, the model check, the forgeries.
    .executableTarget(
        name: "simulator",
        dependencies: [
            "NexusSimulation", "NexusTestInputs", "NexusTestSupport", "NexusOrchestration", "NexusEvidence",
            "NexusLogStore", "NexusLog",
            "NexusTrust", "NexusBase",
        ],
        path: "Tests/Simulator", swiftSettings: strict),
    tests(of: "NexusSimulation", ["NexusBase"]),
    // Every decoder of foreign bytes, for `make fuzz` and for the corpus that it keeps.
    .target(
        name: "NexusFuzzDecoders", dependencies: decoding.map { .byName(name: $0) }, path: "Tests/Fuzz/Decoders",
        swiftSettings: strict + fuzzed),
    tests(of: "NexusFuzzDecoders"),
    tests(of: "NexusLogStore", ["NexusSimulation", "NexusLog", "NexusBase"]),
    tests(
        of: "NexusEvidence",
        [
            "NexusTestSupport", "NexusGovernance", "NexusClause", "NexusPolicy", "NexusAttestation", "NexusProof",
            "NexusLog", "NexusTrust", "NexusBase", crypto,
        ]),
    tests(
        of: "NexusOrchestration",
        [
            "NexusSimulation", "NexusTestSupport", "NexusEvidence", "NexusGovernance", "NexusClause", "NexusPolicy",
            "NexusLog", "NexusAttestation", "NexusTrust", "NexusBase",
        ]),
]

// Floors 6 to 8: the shells.
if !coreOnly {
    dependencies += [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.0.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ]
    targets += [
        .target(name: "CWasmtime"),
        room("NexusJournal", ["NexusBase", Library.grdb]),
        // What a rail did, folded from its journal into tables that can be searched.
        room(
            "NexusIndex",
            [
                "NexusOrchestration", "NexusEvidence", "NexusGovernance", "NexusClause", "NexusTrust", "NexusBase",
                Library.grdb,
            ]),
        // The log's files and the witness over HTTP, and the client of both.
        room(
            "NexusLogHTTP",
            [
                "NexusLogStore", "NexusWitness", "NexusAnchor", "NexusLog", "NexusBase", Library.hummingbird,
                Library.asyncHTTPClient,
                Library.httpTypes, Library.logging, Library.nioCore, Library.nioHTTP1, Library.nioPosix,
                Library.serviceLifecycle,
            ]),
        // The HTTP API, over the rail's calls, its index and its log.
        room(
            "NexusAPI",
            [
                "NexusDashboard", "NexusIndex", "NexusLogHTTP", "NexusLogStore", "NexusOrchestration", "NexusEvidence",
                "NexusGovernance", "NexusClause", "NexusTrust", "NexusBase", Library.hummingbird,
                Library.hummingbirdCore,
                Library.hummingbirdTLS,
                Library.httpTypes,
                Library.logging, Library.nioCore, Library.nioPosix, Library.nioSSL, Library.serviceLifecycle,
            ]),
        // Documents of did:web, with a bounded cache; fetching is behind a protocol.
        room(
            "NexusResolver",
            ["NexusTrust", "NexusBase", Library.asyncHTTPClient, Library.nioCore, Library.nioHTTP1]),
        room(
            "NexusKeys",
            [
                "NexusTrust", "NexusAttestation", "NexusSignatures", "NexusBase", crypto, cryptoExtras,
                Library.subprocess,
            ]),
        room(
            "NexusRuntime",
            ["CWasmtime", "NexusEvidence", "NexusClause", "NexusProof", "NexusBase", Library.subprocess]),
        room(
            "NexusMesh",
            [
                "NexusTrust", "NexusBase", Library.grpc, Library.grpcProtobuf, Library.grpcTransport,
                Library.protobuf, Library.nioCore, Library.nioPosix, Library.nioSSL, Library.x509, Library.swiftASN1,
                Library.logging, Library.serviceLifecycle, crypto,
            ]),
        room(
            "NexusNode",
            [
                "NexusMesh", "NexusJournal", "NexusRuntime", "NexusKeys", "NexusOrchestration", "NexusEvidence",
                "NexusGovernance", "NexusClause", "NexusLog", "NexusAttestation", "NexusTrust", "NexusBase",
                Library.logging, Library.nioPosix,
            ]),
        room(
            "NexusRail",
            [
                "NexusMesh", "NexusJournal", "NexusIndex", "NexusLogStore", "NexusLogHTTP", "NexusWitness",
                "NexusRuntime",
                "NexusKeys", "NexusOrchestration", "NexusEvidence", "NexusAnchor", "NexusGovernance", "NexusClause",
                "NexusPolicy", "NexusLog", "NexusAttestation", "NexusTrust", "NexusBase",
                Library.logging,
                Library.grpc, Library.grpcTransport, Library.asyncHTTPClient, Library.nioCore, Library.nioPosix,
                Library.serviceLifecycle,
            ]),
        .executableTarget(
            name: "nexus",
            dependencies: [
                "NexusRail", "NexusAPI", "NexusDashboard", "NexusNode", "NexusMesh", "NexusJournal", "NexusIndex",
                "NexusLogStore", "NexusLogHTTP", "NexusWitness", "NexusRuntime", "NexusKeys", "NexusResolver",
                "NexusAnchor",
                "NexusOrchestration", "NexusEvidence", "NexusGovernance", "NexusClause", "NexusModel", "NexusProof",
                "NexusPolicy", "NexusLog", "NexusAttestation", "NexusTrust", "NexusBase", Library.argumentParser,
                Library.logging, Library.nioSSL, Library.serviceLifecycle, Library.unixSignals,
                Library.subprocess, Library.asyncHTTPClient, Library.nioCore, Library.nioHTTP1,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "nexusTests",
            dependencies: [
                "nexus", "NexusTestSupport", "NexusTestInputs", "NexusSimulation", "NexusRail", "NexusRuntime",
                "NexusJournal", "NexusLogStore", "NexusOrchestration", "NexusEvidence", "NexusGovernance",
                "NexusClause",
                "NexusProof", "NexusAttestation", "NexusLog", "NexusTrust", "NexusBase",
                Library.subprocess,
            ],
            swiftSettings: strict),
        // Real processes: rail, nodes and validators are started, killed and restarted from the built binary.
        .testTarget(
            name: "ProcessTests",
            dependencies: [
                "nexus", "NexusTestSupport", "NexusRail", "NexusAPI", "NexusNode", "NexusMesh", "NexusEvidence",
                "NexusGovernance", "NexusClause", "NexusProof", "NexusAttestation",
                "NexusOrchestration", "NexusJournal", "NexusLogStore", "NexusLog", "NexusKeys", "NexusTrust",
                "NexusBase",
                Library.asyncHTTPClient, Library.nioCore, Library.nioHTTP1, Library.nioSSL, Library.subprocess, crypto,
            ],
            swiftSettings: strict),
        // A process for the journal's tests to kill.
        .executableTarget(
            name: "JournalCrasher", dependencies: ["NexusJournal"], path: "Tests/JournalCrasher", swiftSettings: strict),
        tests(of: "NexusJournal", ["JournalCrasher"]),
        tests(
            of: "NexusIndex",
            [
                "NexusSimulation", "NexusTestSupport", "NexusOrchestration", "NexusEvidence", "NexusClause",
                "NexusTrust", "NexusBase",
            ]),
        tests(
            of: "NexusAPI",
            ["NexusIndex", "NexusOrchestration", "NexusEvidence", "NexusBase", Library.logging]),
        tests(of: "NexusLogHTTP", ["NexusWitness", "NexusLogStore", "NexusLog", "NexusBase", Library.logging]),
        tests(of: "NexusKeys", ["NexusTrust", "NexusBase", cryptoExtras]),
        tests(
            of: "NexusResolver",
            ["NexusTrust", "NexusBase", Library.nioCore, Library.nioPosix, Library.nioHTTP1]),
        tests(of: "NexusRuntime"),
        tests(
            of: "NexusMesh",
            [
                "NexusTrust", "NexusBase", Library.grpc, Library.grpcTransport, Library.protobuf,
                Library.logging, Library.serviceLifecycle, Library.nioCore, Library.nioPosix, Library.nioSSL, crypto,
            ]),
    ]
}

if isFuzzer {
    for target in targets where decoding.contains(target.name) { target.swiftSettings? += fuzzed }
    targets.append(
        .executableTarget(
            name: "fuzzer", dependencies: ["NexusFuzzDecoders"], path: "Tests/Fuzz/Fuzzer",
            swiftSettings: strict + fuzzed, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]))
}

let package = Package(
    name: "nexus",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "NexusAttestation", targets: ["NexusAttestation"]),
        .library(name: "NexusTrust", targets: ["NexusTrust", "NexusSignatures", "NexusBase"]),
        .library(name: "NexusPolicy", targets: ["NexusPolicy"]),
        .library(name: "NexusLog", targets: ["NexusLog"]),
        .library(name: "NexusLogStore", targets: ["NexusLogStore", "NexusWitness"]),
        .library(name: "NexusEvidence", targets: ["NexusEvidence"]),
        .library(name: "NexusModel", targets: ["NexusModel", "NexusProof"]),
    ],
    dependencies: dependencies,
    targets: targets
)
