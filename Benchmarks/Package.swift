// swift-tools-version: 6.2
import PackageDescription

private let core = Target.Dependency.product(name: "GodHandCore", package: "godhand")
private let sandbox = Target.Dependency.product(name: "GodHandSandbox", package: "godhand")
private let agent = Target.Dependency.product(name: "GodHandAgent", package: "godhand")
private let trace = Target.Dependency.product(name: "GodHandTrace", package: "godhand")

// A package of its own, so that users of the library do not build it, and it measures what they can call.
let package = Package(
    name: "godhand-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "godhand", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // Measures the library.
        .executableTarget(
            name: "Benchmarks",
            dependencies: [core, sandbox, agent, trace, .product(name: "Logging", package: "swift-log")]
        ),
        // All that follows measures agents.
        .target(name: "TaskBench", dependencies: [core, agent, trace], path: "Tasks/Sources/TaskBench"),
        // The tasks of another benchmark, run as ours are.
        .target(name: "OSWorld", dependencies: ["TaskBench", core, agent], path: "Tasks/Sources/OSWorld"),
        // By a link, as in the examples.
        .target(name: "LookingPolicy", dependencies: [core, agent], path: "Tasks/Sources/LookingPolicy"),
        .executableTarget(
            name: "bench-tasks",
            dependencies: [
                "OSWorld", "TaskBench", "LookingPolicy", core, agent, sandbox,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], path: "Tasks/Sources/bench-tasks"),
        .target(
            name: "TestSupport", dependencies: [core], path: "Tasks/Sources/TestSupport", exclude: ["planted.py"]),
        .testTarget(
            name: "OSWorldTests", dependencies: ["OSWorld", "TaskBench", core, sandbox],
            path: "Tasks/Tests/OSWorldTests",
            exclude: ["Python"]),
        .testTarget(
            name: "TaskBenchTests",
            dependencies: [
                "TaskBench", "TestSupport", core, agent, sandbox, .product(name: "GodHandTesting", package: "godhand"),
            ], path: "Tasks/Tests/TaskBenchTests"),
    ],
    swiftLanguageModes: [.v6]
)

// The same settings as the library's. Warnings are errors only where the check script asks for it.
let isStrict = Context.environment["GODHAND_STRICT"] != nil
for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
    if isStrict { target.swiftSettings?.append(.treatAllWarnings(as: .error)) }
}
