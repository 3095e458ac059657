// swift-tools-version: 6.2
// Measures the transparency log. `NEXUS_FLOORS=core swift run -c release --package-path Benchmarks/log`
import PackageDescription

let package = Package(
    name: "log-benchmark",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "nexus", path: "../..")],
    targets: [
        .executableTarget(
            name: "log-benchmark",
            dependencies: [
                .product(name: "NexusLog", package: "nexus"), .product(name: "NexusLogStore", package: "nexus"),
            ])
    ]
)
