import GodHandAgent
import GodHandCore

/// What one watcher sees of a task's screen: only what has changed is sent, and never faster than asked for.
struct ScreenReader {
    private let core: ServiceCore
    private let task: GoalID
    private let pause: Duration
    private let clock = ContinuousClock()
    private var machine: SandboxID?
    private var size: Size?
    private var serial: UInt64 = 0
    private var nextPicture: ContinuousClock.Instant?
    private var isOver = false

    /// How long to be silent at most.
    private static let patience = Duration.seconds(15)
    /// More parts than these are sent as the box around them.
    private static let parts = 8

    /// - Parameter fps: The most pictures a second.
    init(core: ServiceCore, task: GoalID, fps: Int) {
        self.core = core
        self.task = task
        pause = .seconds(1) / max(1, fps)
    }

    /// The next messages; nil after the end of the task, or of the service.
    mutating func next() async throws -> [ScreenMessage]? {
        while !isOver {
            let version = core.store.feed.version
            guard let running = await core.orchestrator.running(task), let display = running.sandbox.machine.display
            else {
                let isFinished = try await core.store.task(task).map(\.isFinished) ?? true
                if core.store.feed.isClosed || isFinished { break }
                // It waits for a machine: whatever happens to tasks rings.
                try await core.store.feed.wait(after: version, atMost: Self.patience)
                if core.store.feed.version == version { return [.nothing] }
                continue
            }
            do {
                if let messages = try await pictures(of: display, on: running.sandbox.id) { return messages }
                return [.nothing]
            } catch let error as CancellationError {
                throw error
            } catch {
                // The machine is going away; what follows is known by what happens to the task.
                machine = nil
                try await core.store.feed.wait(after: version, atMost: .seconds(1))
            }
        }
        if isOver { return nil }
        isOver = true
        return [.end]
    }

    /// What has changed; nil if nothing did for a while.
    private mutating func pictures(of display: any Display, on id: SandboxID) async throws -> [ScreenMessage]? {
        if let nextPicture { try await clock.sleep(until: nextPicture) }
        var damage: [Rect]?
        if machine == id {
            guard let change = try await display.change(after: serial, within: Self.patience) else { return nil }
            damage = change.damage
        }
        nextPicture = clock.now + pause
        let (frame, newest) = try await display.frame()
        if damage != nil, newest > serial, let late = try await display.change(after: serial, within: .zero) {
            damage = late.damage
        }
        (serial, machine) = (newest, id)
        var messages: [ScreenMessage] = []
        if size != frame.size || damage == nil {
            size = frame.size
            messages.append(.size(frame.size))
            damage = nil
        }
        return messages + (try await Self.parts(of: frame, damage ?? [Rect(frame.size)]))
    }

    /// The changed parts, encoded; off the caller's actor, since that computes for milliseconds.
    @concurrent
    private static func parts(of frame: Frame, _ damage: [Rect]) async throws -> [ScreenMessage] {
        var boxes = damage.map { $0.intersection(Rect(frame.size)) }.filter { !$0.isEmpty }
        if boxes.count > parts, let first = boxes.first { boxes = [boxes.reduce(first) { $0.union($1) }] }
        return try boxes.map { .part($0, try PNG.encode(try frame.cropped(to: $0))) }
    }
}
