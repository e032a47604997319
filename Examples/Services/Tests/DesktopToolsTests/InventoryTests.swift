import GodHandCore
import Testing

@testable import DesktopTools

@Suite("What a client has")
struct InventoryTests {
    private let now = ContinuousClock().now

    @Test("is bounded, with those that are being made")
    func bound() throws {
        var inventory = Inventory<Int>(of: "desktop", limit: 3)
        try inventory.reserve(2)
        #expect(throws: GodHandError.self) { try inventory.reserve(2) }
        inventory.admit(1, as: "a", at: now)
        inventory.release()
        try inventory.reserve(2)
        #expect(throws: GodHandError.self) { try inventory.reserve() }
        inventory.remove("a")
        try inventory.reserve()
        #expect(throws: GodHandError.self) { try inventory.reserve(0) }
        #expect(throws: GodHandError.self) { try inventory.reserve(.max) }
    }

    @Test("is named by its names, and nothing else is")
    func names() throws {
        var inventory = Inventory<Int>(of: "desktop", limit: 3)
        try inventory.reserve(2)
        inventory.admit(2, as: "b", at: now)
        inventory.admit(1, as: "a", at: now)
        #expect(inventory.names == ["a", "b"])
        #expect(try inventory.enter("b") == 2)
        #expect(throws: GodHandError.self) { try inventory.enter("c") }
    }

    @Test("is idle when nobody uses it, and only after the time")
    func idle() throws {
        var inventory = Inventory<Int>(of: "desktop", limit: 3)
        try inventory.reserve()
        inventory.admit(1, as: "a", at: now)
        #expect(inventory.idle(for: .seconds(10), at: now + .seconds(9)).isEmpty)
        #expect(inventory.idle(for: .seconds(10), at: now + .seconds(10)).map(\.name) == ["a"])
        _ = try inventory.enter("a")
        #expect(inventory.idle(for: .seconds(10), at: now + .seconds(1000)).isEmpty)
        inventory.leave("a", at: now + .seconds(1000))
        #expect(inventory.idle(for: .seconds(10), at: now + .seconds(1005)).isEmpty)
        #expect(!inventory.idle(for: .seconds(10), at: now + .seconds(1010)).isEmpty)
    }
}
