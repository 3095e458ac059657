// swift-tools-version: 6.2
// Measures the transparency log. `NEXUS_FLOORS=core swift run -c release --package-path Benchmarks/tlog`
import PackageDescription

let package = Package(
    name: "tlog-benchmark",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "nexus", path: "../..")],
    targets: [
        .executableTarget(
            name: "tlog-benchmark",
            dependencies: [
                .product(name: "NexusLog", package: "nexus"), .product(name: "NexusLogStore", package: "nexus"),
            ])
    ]
)
