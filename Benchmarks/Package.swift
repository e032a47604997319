// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of the library do not build it, and it measures what they can call.
let package = Package(
    name: "godhand-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "godhand", path: ".."), .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandSandbox", package: "godhand"),
                .product(name: "GodHandAgent", package: "godhand"), .product(name: "GodHandTrace", package: "godhand"),
                .product(name: "Logging", package: "swift-log"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
