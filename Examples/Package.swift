// swift-tools-version: 6.2
import PackageDescription

/// A product of the library, which is above this directory.
func godHand(_ module: String) -> Target.Dependency { .product(name: "GodHand\(module)", package: "godhand") }

let machines = [godHand("Core"), godHand("Sandbox")]
let agents = machines + [godHand("Agent")]
let everything = agents + [godHand("Trace")]
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

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
        // One file each, to be read in a minute and copied.
        .executableTarget(name: "FirstSandbox", dependencies: machines),
        .executableTarget(name: "FirstAgent", dependencies: agents + ["LookingPolicy"]),
        .executableTarget(name: "WatchAndStepIn", dependencies: agents),
        .executableTarget(name: "ForkAndCompare", dependencies: agents),
        .executableTarget(name: "CustomBackend", dependencies: [godHand("Core"), godHand("Testing")]),
        .executableTarget(name: "CustomModel", dependencies: agents),
        .executableTarget(name: "TenGoals", dependencies: everything + ["LookingPolicy"]),
        .executableTarget(name: "EmbedInAgent", dependencies: agents),
        .executableTarget(name: "ReplayTrace", dependencies: everything),

        // What `make demo` and its like show.
        .target(name: "DemoSupport"),
        .executableTarget(name: "Demo", dependencies: everything + ["DemoSupport", "LookingPolicy", arguments]),
        .executableTarget(name: "BranchingDemo", dependencies: everything + ["DemoSupport", arguments]),
        .executableTarget(name: "FullSystem", dependencies: everything + ["DemoSupport", arguments]),

        // A small policy that reads the screen, and a server for it. By a link: the tests of the library use it, too, and
        // it is no product.
        .target(name: "LookingPolicy", dependencies: [godHand("Core"), godHand("Agent")]),
        .executableTarget(name: "LookingModel", dependencies: ["LookingPolicy"]),

        // The tool for traces.
        .executableTarget(
            name: "trace",
            dependencies: everything + [
                godHand("Tracing"), arguments,
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
            ]),
        .target(name: "TestSupport", dependencies: [godHand("Core")], exclude: ["planted.py"]),
        .testTarget(name: "TraceToolTests", dependencies: everything + ["trace", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
