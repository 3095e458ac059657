// swift-tools-version: 6.2
// Measures NexusPolicy beside Google's C++ runtime: see run.py.
import PackageDescription

let package = Package(
    name: "policy-benchmark",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "nexus", path: "../..")],
    targets: [
        .executableTarget(name: "policy-benchmark", dependencies: [.product(name: "NexusPolicy", package: "nexus")])
    ]
)
