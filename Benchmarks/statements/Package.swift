// swift-tools-version: 6.2
// Measures reading and writing of signed statements beside Foundation's JSON: see Sources/statements-benchmark.
import PackageDescription

let package = Package(
    name: "statements-benchmark",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "nexus", path: "../..")],
    targets: [
        .executableTarget(
            name: "statements-benchmark", dependencies: [.product(name: "NexusEvidence", package: "nexus")])
    ]
)
