import Foundation
import GodHandAgent
import GodHandCore
import Synchronization

/// Small pictures of all screens, made once for all who watch.
final class Thumbnails: Sendable {
    private struct Picture {
        var serial: UInt64
        var png: Data
    }
    private let pictures = Mutex<[SandboxID: Picture]>([:])
    /// The largest width and height.
    static let size = Size(width: 400, height: 300)

    /// The picture of a machine, and the number of the change that it shows.
    func picture(of id: SandboxID, _ display: any Display) async throws -> (serial: UInt64, png: Data) {
        let newest = try await display.state().serial
        if let known = pictures.withLock({ $0[id] }), known.serial >= newest { return (known.serial, known.png) }
        let (frame, serial) = try await display.frame()
        let png = try await Self.shrunk(frame)
        pictures.withLock { pictures in
            // Machines come and go; those that are gone are forgotten with the rest now and then.
            if pictures.count > 64 { pictures = [:] }
            pictures[id] = Picture(serial: serial, png: png)
        }
        return (serial, png)
    }

    @concurrent
    private static func shrunk(_ frame: Frame) async throws -> Data {
        try PNG.encode(try frame.scaledDown(toFit: size))
    }
}

/// What one watcher sees of all screens: samples, twice a second, of those that have changed.
struct ThumbnailReader {
    private let core: ServiceCore
    private let thumbnails: Thumbnails
    private var known: [GoalID: (machine: SandboxID, serial: UInt64)] = [:]
    private var silence = 0
    private var isFirst = true

    init(core: ServiceCore, thumbnails: Thumbnails) {
        self.core = core
        self.thumbnails = thumbnails
    }

    /// The next messages; nil at the end of the service.
    mutating func next() async throws -> [ScreenMessage]? {
        while !core.store.feed.isClosed {
            if !isFirst { try await Task.sleep(for: .milliseconds(500)) }
            isFirst = false
            let messages = await sample()
            silence = messages.isEmpty ? silence + 1 : 0
            if !messages.isEmpty { return messages }
            if silence >= 30 {
                silence = 0
                return [.nothing]
            }
        }
        return nil
    }

    private mutating func sample() async -> [ScreenMessage] {
        var messages: [ScreenMessage] = []
        var present: Set<GoalID> = []
        for goal in await core.orchestrator.list() where goal.state == .running {
            guard let running = await core.orchestrator.running(goal.id), let display = running.sandbox.machine.display
            else { continue }
            present.insert(goal.id)
            let id = running.sandbox.id
            // A machine that is just going away has no picture; the next sample finds it gone.
            guard let picture = try? await thumbnails.picture(of: id, display) else { continue }
            if let before = known[goal.id], before.machine == id, before.serial == picture.serial { continue }
            known[goal.id] = (id, picture.serial)
            messages.append(.thumbnail(goal.id.rawValue, picture.png))
        }
        for gone in known.keys where !present.contains(gone) {
            known[gone] = nil
            messages.append(.gone(gone.rawValue))
        }
        return messages
    }
}
