import Synchronization

/// The places of a fake at which things may go wrong, and the plan of what does.
///
/// To try every place: run a scenario once without faults and count ``reached``, then once for each number with a plan
/// that lets that one fail.
public final class FaultPoints: Sendable {
    /// A place that a run came to.
    public struct Point: Sendable, Hashable {
        /// What was about to happen, such as `create.made`.
        public var name: String
        /// Counts all places of the run, from one.
        public var index: Int
        /// Counts the places of this name, from one.
        public var occurrence: Int
    }

    /// What goes wrong at a place.
    public enum Fault: Sendable {
        /// This error is thrown.
        case fail(any Error)
        /// It goes on once the gate is open.
        case wait(Gate)
        /// Something else happens first, such as the cancellation of the scenario's task.
        case first(@Sendable () -> Void)
    }

    private let plan: @Sendable (Point) -> Fault?
    private let points = Mutex<[Point]>([])

    /// Makes the points of one run.
    ///
    /// - Parameter plan: Says what goes wrong at a place; nil for nothing.
    public init(_ plan: @escaping @Sendable (Point) -> Fault? = { _ in nil }) { self.plan = plan }

    /// All places that the run came to, in order.
    public var reached: [Point] { points.withLock { $0 } }

    /// Comes to a place.
    ///
    /// - Throws: What the plan says, or `CancellationError` if the task is cancelled.
    public func reach(_ name: String) async throws {
        switch plan(arrive(name)) {
        case nil: break
        case .fail(let error): throw error
        case .wait(let gate): try await gate.pass()
        case .first(let action): action()
        }
        try Task.checkCancellation()
    }

    /// Comes to a place in a call that cannot wait.
    ///
    /// - Throws: What the plan says.
    public func reachNow(_ name: String) throws {
        switch plan(arrive(name)) {
        case nil, .wait: break
        case .fail(let error): throw error
        case .first(let action): action()
        }
    }

    private func arrive(_ name: String) -> Point {
        points.withLock { points in
            let occurrence = points.count { $0.name == name } + 1
            let point = Point(name: name, index: points.count + 1, occurrence: occurrence)
            points.append(point)
            return point
        }
    }
}

/// The error of a planned failure.
public struct PlannedFailure: Error, Sendable, Hashable {
    /// Makes one.
    public init() {}
}
