import DesktopTools
import Foundation
import GodHandCore
import GodHandTesting
import MCPServer
import Testing

@Suite("The tools on a simulated machine")
struct DesktopBoxTests {
    /// Lends tools on a backend of this test's own, and sees that nothing is left of it.
    private func withBox(
        _ change: (inout DesktopSettings) -> Void = { _ in }, _ body: (DesktopBox) async throws -> Void
    ) async throws {
        let root = NSTemporaryDirectory() + "mcp-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        let backend = SimulatedBackend()
        var settings = DesktopSettings(spec: SandboxSpec.desktop)
        change(&settings)
        let bounds = settings
        try await backend.withSandboxScope(ledger: try OwnerLedger(in: root)) { scope in
            try await body(DesktopBox(scope: scope, settings: bounds))
        }
        #expect(try await backend.machines().isEmpty)
    }

    private func name(_ result: ToolResult) throws -> String {
        try #require(result.structure?["desktops"]?.array?.first?["desktop"]?.string, "\(result)")
    }

    @Test("make, list and destroy desktops, up to the bound")
    func life() async throws {
        try await withBox {
            $0.desktops = 2
        } _: { box in
            let first = try name(try await box.call("desktop_create", ["width": 800, "height": 600]))
            let second = try name(try await box.call("desktop_create", [:]))
            let error = await #expect(throws: GodHandError.self) { try await box.call("desktop_create", [:]) }
            #expect(error?.code == .limitExceeded)
            let list = try await box.call("desktop_list", [:]).structure?["desktops"]?.array ?? []
            #expect(Set(list.compactMap { $0["desktop"]?.string }) == [first, second])
            #expect(list.contains { $0["width"] == 800 })
            _ = try await box.call("desktop_destroy", ["desktop": .string(first)])
            _ = try name(try await box.call("desktop_create", [:]))
            await #expect(throws: GodHandError.self) {
                try await box.call("desktop_screenshot", ["desktop": .string(first)])
            }
        }
    }

    @Test("look, and look closer")
    func look() async throws {
        try await withBox { box in
            let desktop = JSONValue.string(try name(try await box.call("desktop_create", [:])))
            func size(_ region: JSONValue?) async throws -> Size? {
                var arguments: [String: JSONValue] = ["desktop": desktop, "settled": false]
                arguments["region"] = region
                let result = try await box.call("desktop_screenshot", .object(arguments))
                #expect(result.structure == nil, "a picture beside a structure is lost by some clients")
                guard case .picture(let png)? = result.parts.last else { return nil }
                return try PNG.decode(png).size
            }
            #expect(try await size(nil) == Size(width: 1280, height: 800))
            #expect(try await size(["x": 5, "y": 6, "width": 70, "height": 80]) == Size(width: 70, height: 80))
            // What of it is on the screen is shown; nothing is no picture.
            #expect(try await size(["x": 1200, "y": 0, "width": 100, "height": 10]) == Size(width: 80, height: 10))
            await #expect(throws: GodHandError.self) {
                try await size(["x": 5000, "y": 0, "width": 10, "height": 10])
            }
        }
    }

    @Test("say which action failed, and stop there")
    func act() async throws {
        try await withBox { box in
            let desktop = JSONValue.string(try name(try await box.call("desktop_create", [:])))
            let outside: JSONValue = ["type": "click", "x": 5000, "y": 5]
            let fine: JSONValue = ["type": "click", "x": 5, "y": 5]
            let good = try await box.call("desktop_act", ["desktop": desktop, "actions": [fine, fine]])
            #expect(!good.isError)
            let bad = try await box.call("desktop_act", ["desktop": desktop, "actions": [fine, outside, fine]])
            #expect(bad.isError)
            #expect("\(bad.json)".contains("Action 2 of 3 failed"))
        }
    }

    @Test(
        "take nothing that their schema does not allow",
        arguments: [
            ("desktop_create", ["image": "other"]), ("desktop_create", ["network": "full"]),
            ("desktop_create", ["width": 10]),
            ("desktop_exec", ["desktop": "x", "command": []]), ("desktop_exec", ["desktop": "x"]),
            ("desktop_act", ["desktop": "x", "actions": [["type": "explode"]]]),
            ("desktop_read_file", ["desktop": "x", "path": "/x", "most_bytes": 1_000_000_000]),
            ("desktop_fork", ["desktop": "x"]),
            ("desktop_fork", ["desktop": "x", "preserving": "filesystem", "count": 99]),
            ("desktop_list", ["x": 1]),
        ] as [(String, JSONValue)])
    func refused(_ tool: String, _ arguments: JSONValue) async throws {
        try await withBox { box in
            let result = try await box.call(tool, arguments)
            #expect(result.isError)
        }
    }

    @Test("may be used only so often")
    func rate() async throws {
        try await withBox {
            $0.rate = (burst: 3, perSecond: 0.01)
        } _: { box in
            for _ in 0..<3 {
                let result = try await box.call("desktop_list", [:])
                #expect(!result.isError)
            }
            let refused = try await box.call("desktop_list", [:])
            #expect(refused.isError)
        }
    }

    @Test("are all described, and their schemas are objects that allow nothing else")
    func definitions() async throws {
        try await withBox { box in
            for tool in box.definitions {
                #expect(tool.name.hasPrefix("desktop_"))
                #expect(tool.input["type"] == "object")
                #expect(tool.input["additionalProperties"] == false)
                #expect(tool.description.count > 20)
            }
            #expect(Set(box.definitions.map(\.name)).count == 13)
        }
    }
}
