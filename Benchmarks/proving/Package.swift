// swift-tools-version: 6.2
// Proves and verifies the shared models: see README.md.
import PackageDescription

let package = Package(
    name: "proof-benchmark",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "nexus", path: "../..")],
    targets: [
        .executableTarget(name: "proof-benchmark", dependencies: [.product(name: "NexusModel", package: "nexus")])
    ]
)
