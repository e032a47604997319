import Foundation
import Testing

@testable import GodHandSandbox

@Suite(.timeLimit(.minutes(1))) struct WatchdogTests {
    /// A process that has a directory in its arguments, as a machine's QEMU has.
    private func machine(_ directory: String) async throws -> QEMUProcess {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(directory)/disk"))
        return try await QEMUProcess.start(["sh", "-c", "sleep 1000; exit 7", "\(directory)/disk"])
    }

    @Test func `what is left when its host ends is killed and removed, and nothing else`() async throws {
        let home = try TemporaryDirectory()
        let watchdog = Watchdog()
        let names = ["left", "left-2", "gone", "foreign", "lef"]
        var machines: [String: QEMUProcess] = [:]
        for name in names { machines[name] = try await machine(home.file(name)) }
        let memory = home.file("memory of left")
        try FileManager.default.createDirectory(atPath: memory + "/deeper", withIntermediateDirectories: true)
        try await watchdog.watch(home.file("left"), and: [memory])
        try await watchdog.watch(home.file("gone"), and: [])
        try await watchdog.watch(home.file("left-2"), and: [home.file("never-made")])
        await watchdog.forget(home.file("gone"))
        try await watchdog.end()

        let left = try FileManager.default.contentsOfDirectory(atPath: home.path).sorted()
        #expect(left == ["foreign", "gone", "lef"])
        for name in ["left", "left-2"] {
            let end = try await machines[name]?.waitForEnd()
            #expect(end == .signalled(9))
        }
        for name in ["gone", "foreign", "lef"] {
            #expect(machines[name]?.process.isRunning == true)
            await machines[name]?.kill()
        }
    }

    @Test func `one that was killed is replaced, and the new one knows everything`() async throws {
        let home = try TemporaryDirectory()
        let watchdog = Watchdog()
        let first = try await machine(home.file("first"))
        let second = try await machine(home.file("second"))
        try await watchdog.watch(home.file("first"), and: [])
        let old = try await watchdog.process()
        old.kill()
        try await old.waitForEnd()
        try await watchdog.watch(home.file("second"), and: [])
        // Many may find out at once: there is one new watchdog, and nobody takes the others for left.
        let newer = try await watchdog.process()
        newer.kill()
        try await newer.waitForEnd()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<20 {
                group.addTask { try await watchdog.watch(home.file("later-\(index)"), and: []) }
            }
            try await group.waitForAll()
        }
        let newest = try await watchdog.process()
        #expect(newest.isRunning && newest != newer)
        #expect(first.process.isRunning && second.process.isRunning)
        try await watchdog.end()
        let ends = try await [first.waitForEnd(), second.waitForEnd()]
        #expect(ends == [.signalled(9), .signalled(9)])
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path).isEmpty)
    }
}
