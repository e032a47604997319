// swift-tools-version: 6.2
import PackageDescription

let swiftLog = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
    name: "godhand",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "GodHandCore", targets: ["GodHandCore"]),
        .library(name: "GodHandSandbox", targets: ["GodHandSandbox"]),
        .library(name: "GodHandAgent", targets: ["GodHandAgent"]),
        .library(name: "GodHandTrace", targets: ["GodHandTrace"]),
        .library(name: "GodHandTesting", targets: ["GodHandTesting"]),
        .library(name: "GodHandTracing", targets: ["GodHandTracing"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // Without Foundation's types, which nothing here hands to it.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
        // Only GodHandTracing needs it.
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    ],
    targets: [
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CVNCClient", pkgConfig: "libvncclient",
            providers: [.apt(["libvncserver-dev"]), .brew(["libvncserver"])]),

        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "CProcessMemory"),
        .systemLibrary(name: "CProcessorCounter"),

        .target(name: "GodHandCore", dependencies: ["CCurl", "CPNG", "CZlib", swiftLog]),
        .target(
            name: "GodHandSandbox",
            dependencies: ["GodHandCore", "CVNCClient", "CProcessMemory", "CProcessorCounter", swiftLog, subprocess],
            resources: [.embedInCode("Docker/Resources/seccomp.json")]),
        .target(name: "GodHandAgent", dependencies: ["GodHandCore", swiftLog]),
        .target(
            name: "GodHandTrace", dependencies: ["GodHandCore", swiftLog, subprocess],
            resources: [.embedInCode("Report/report.css"), .embedInCode("Report/report.js")]),
        .target(name: "GodHandTesting", dependencies: ["GodHandCore"]),
        .target(
            name: "GodHandTracing",
            dependencies: ["GodHandCore", .product(name: "Tracing", package: "swift-distributed-tracing")]),

        // What several modules' tests need, and by a link also those of the examples. No product.
        .target(
            name: "TestSupport", dependencies: ["GodHandCore"], path: "Tests/Support/TestSupport",
            exclude: ["planted.py"]),
        .testTarget(name: "GodHandCoreTests", dependencies: ["GodHandCore", "GodHandTesting", "TestSupport"]),
        .testTarget(name: "GodHandSandboxTests", dependencies: ["GodHandSandbox", "GodHandTesting", "TestSupport"]),
        // A policy that looks, and the server for it: for tests, and by a link also for the examples. No product.
        .target(
            name: "LookingPolicy", dependencies: ["GodHandCore", "GodHandAgent"], path: "Tests/Support/LookingPolicy"),
        .testTarget(name: "LookingPolicyTests", dependencies: ["LookingPolicy", "GodHandAgent"]),
        .testTarget(
            name: "GodHandAgentTests",
            dependencies: [
                "GodHandAgent", "GodHandTesting", "GodHandSandbox", "GodHandTrace", "LookingPolicy", "TestSupport",
            ]),
        .testTarget(name: "GodHandTraceTests", dependencies: ["GodHandTrace", "GodHandTesting", "TestSupport"]),
        .testTarget(
            name: "GodHandTracingTests",
            dependencies: [
                "GodHandTracing", "GodHandTrace",
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// Every Swift target is built with the same settings. Warnings are errors only where the check script asks for it, so that
// a newer compiler's new warning never breaks somebody's build.
let isStrict = Context.environment["GODHAND_STRICT"] != nil
for target in package.targets where !target.name.hasPrefix("C") {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
    if isStrict { target.swiftSettings?.append(.treatAllWarnings(as: .error)) }
}

// The documentation plugin is a tool of ours, not something that a user of the library should have to fetch.
if Context.environment["GODHAND_DOCS"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"))
}
