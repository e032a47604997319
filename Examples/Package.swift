// swift-tools-version: 6.2
import PackageDescription

// A package of its own: it uses the library the way you would, by its public products only.
let package = Package(
    name: "godhand-examples",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "godhand", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    ],
    targets: [
        .executableTarget(
            name: "FirstSandbox",
            dependencies: [
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandSandbox", package: "godhand"),
            ]),
        // By a link: the tests of the library use it, too, and it is no product.
        .target(
            name: "LookingPolicy",
            dependencies: [
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandAgent", package: "godhand"),
            ]),
        .executableTarget(name: "LookingModel", dependencies: ["LookingPolicy"]),
        .target(
            name: "TestSupport", dependencies: [.product(name: "GodHandCore", package: "godhand")],
            exclude: ["planted.py"]),
        .executableTarget(
            name: "TenGoals",
            dependencies: [
                "LookingPolicy",
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandSandbox", package: "godhand"),
                .product(name: "GodHandAgent", package: "godhand"), .product(name: "GodHandTrace", package: "godhand"),
            ]),
        .target(name: "DemoSupport"),
        .executableTarget(
            name: "BranchingDemo",
            dependencies: [
                "DemoSupport",
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandSandbox", package: "godhand"),
                .product(name: "GodHandAgent", package: "godhand"), .product(name: "GodHandTrace", package: "godhand"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "trace",
            dependencies: [
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandSandbox", package: "godhand"),
                .product(name: "GodHandAgent", package: "godhand"), .product(name: "GodHandTrace", package: "godhand"),
                .product(name: "GodHandTracing", package: "godhand"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(
            name: "TraceToolTests",
            dependencies: [
                "trace", "TestSupport",
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandSandbox", package: "godhand"),
                .product(name: "GodHandAgent", package: "godhand"), .product(name: "GodHandTrace", package: "godhand"),
            ]),
        .executableTarget(
            name: "FullSystem",
            dependencies: [
                "DemoSupport",
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandSandbox", package: "godhand"),
                .product(name: "GodHandAgent", package: "godhand"), .product(name: "GodHandTrace", package: "godhand"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "Demo",
            dependencies: [
                "DemoSupport", "LookingPolicy",
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandSandbox", package: "godhand"),
                .product(name: "GodHandAgent", package: "godhand"), .product(name: "GodHandTrace", package: "godhand"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
