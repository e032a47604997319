// swift-tools-version: 6.2
import PackageDescription

// A package of its own, apart from the other examples: it needs a web server, and who builds those should not pay for it.
let package = Package(
    name: "godhand-services",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "godhand", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // What a service on the loopback address needs, whatever it speaks.
        .target(
            name: "ServiceSupport",
            dependencies: [
                .product(name: "GodHandCore", package: "godhand"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .testTarget(
            name: "ServiceSupportTests",
            dependencies: [
                "ServiceSupport",
                .product(name: "GodHandCore", package: "godhand"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        // Both by a link, as in the other examples.
        .target(
            name: "LookingPolicy",
            dependencies: [
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandAgent", package: "godhand"),
            ]),
        .target(
            name: "TestSupport", dependencies: [.product(name: "GodHandCore", package: "godhand")],
            exclude: ["planted.py"]),
        .target(
            name: "TaskService",
            dependencies: [
                "ServiceSupport", "LookingPolicy",
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandAgent", package: "godhand"),
                .product(name: "GodHandTrace", package: "godhand"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Resources/openapi.json"), .embedInCode("Resources/live")]),
        .executableTarget(
            name: "task-service",
            dependencies: [
                "TaskService", "ServiceSupport",
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandAgent", package: "godhand"),
                .product(name: "GodHandSandbox", package: "godhand"),
                .product(name: "GodHandTesting", package: "godhand"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .testTarget(
            name: "TaskServiceTests",
            dependencies: [
                "TaskService", "ServiceSupport", "TestSupport",
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandAgent", package: "godhand"),
                .product(name: "GodHandSandbox", package: "godhand"),
                .product(name: "GodHandTrace", package: "godhand"),
                .product(name: "GodHandTesting", package: "godhand"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ], exclude: ["Fuzz/schemathesis.toml"]),
        // The Model Context Protocol, as a state machine: no sockets, no clocks, no tasks.
        .target(name: "MCPServer", dependencies: [.product(name: "GodHandCore", package: "godhand")]),
        .testTarget(
            name: "MCPServerTests", dependencies: ["MCPServer", .product(name: "GodHandCore", package: "godhand")]),
        // What its tools do: desktops.
        .target(
            name: "DesktopTools",
            dependencies: [
                "MCPServer", "ServiceSupport",
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandAgent", package: "godhand"),
            ]),
        // How clients reach it: standard input and output, or HTTP.
        .target(
            name: "MCPTransports",
            dependencies: [
                "MCPServer", "ServiceSupport",
                .product(name: "GodHandCore", package: "godhand"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "godhand-mcp",
            dependencies: [
                "DesktopTools", "MCPServer", "MCPTransports", "ServiceSupport",
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandSandbox", package: "godhand"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .testTarget(
            name: "DesktopToolsTests",
            dependencies: [
                "DesktopTools", "MCPServer",
                .product(name: "GodHandCore", package: "godhand"),
                .product(name: "GodHandTesting", package: "godhand"),
            ]),
        .testTarget(
            name: "MCPTransportsTests",
            dependencies: ["MCPTransports", "MCPServer", .product(name: "GodHandCore", package: "godhand")]),
        // The program itself, by the protocol's own client, on real machines.
        .testTarget(
            name: "MCPLiveTests",
            dependencies: [
                "godhand-mcp",
                .product(name: "GodHandCore", package: "godhand"), .product(name: "GodHandSandbox", package: "godhand"),
            ], exclude: ["Python"]),
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
