// swift-tools-version: 6.2
// Measures NexusPolicy beside Google's C++ runtime: see run.py.
//
// The two rooms are compiled from their own folders, through links, and not as a dependency on the package above:
// SwiftPM tells local packages apart by the names of their folders, and a checkout may be called anything.
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "policy-benchmark",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")],
    targets: [
        .target(
            name: "NexusBase", dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .target(name: "NexusPolicy", dependencies: ["NexusBase"], swiftSettings: strict),
        .executableTarget(name: "policy-benchmark", dependencies: ["NexusPolicy", "NexusBase"]),
    ]
)
