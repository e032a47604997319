public import Foundation

extension Screenshot {
    /// Encodes a frame.
    ///
    /// - Throws: ``GodHandError`` with `host.failed` if there is no memory for the file.
    public init(
        of frame: Frame, takenAt: Date = Date(), serial: UInt64 = 0, encoding: PNGEncoding = .fast
    ) throws {
        self.init(png: try PNG.encode(frame, as: encoding), size: frame.size, takenAt: takenAt, serial: serial)
    }
}

/// Pixels that were taken once the screen had come to rest.
public struct SettledFrame: Sendable {
    /// The pixels.
    public let frame: Frame
    /// The newest change that they show.
    public let serial: UInt64
    /// When they were taken, by the host's clock.
    public let takenAt: Date
    /// False if the screen never was still for the quiet time before the deadline; the pixels are the last ones then.
    public let isSettled: Bool
    /// What changed since the wait began, as boxes that do not overlap.
    public let damage: [Rect]
    /// How long the wait took.
    public let waited: Duration
}

extension Display {
    /// The screen as it is now, at rest or not.
    ///
    /// - Throws: ``GodHandError`` with `display.lost` if the connection is gone.
    public func screenshot(encoding: PNGEncoding = .fast) async throws -> Screenshot {
        let (frame, serial) = try await frame()
        return try await encode(frame, takenAt: Date(), serial: serial, as: encoding)
    }

    /// The screen as soon as it has been still for a time.
    ///
    /// To see what an action did, read ``DisplayState/serial`` before it and give it as `serial`: then no change that
    /// came while the input was on its way is missed.
    ///
    /// - Parameters:
    ///   - quiet: How long nothing may change.
    ///   - deadline: When to give up and take the picture as it is; counted from the call.
    ///   - serial: The change after which changes count; nil for the newest at the time of the call.
    ///   - reaction: How long to wait for a first change before believing that none will come. A click that opens a
    ///     slow program needs some of it; with zero, a screen that has not begun to move counts as still.
    ///   - encoding: How small the file should be.
    /// - Returns: The picture, and whether the screen had come to rest. Not doing so is no error.
    /// - Throws: ``GodHandError`` with `display.lost` if the connection is gone.
    public func settledScreenshot(
        quiet: Duration = .milliseconds(100), deadline: Duration = .seconds(5), after serial: UInt64? = nil,
        reaction: Duration = .zero, encoding: PNGEncoding = .fast
    ) async throws -> SettledScreenshot {
        let settled = try await settledFrame(quiet: quiet, deadline: deadline, after: serial, reaction: reaction)
        return SettledScreenshot(
            screenshot: try await encode(
                settled.frame, takenAt: settled.takenAt, serial: settled.serial, as: encoding),
            isSettled: settled.isSettled, damage: settled.damage, waited: settled.waited)
    }

    /// The pixels as soon as the screen has been still for a time, as
    /// ``settledScreenshot(quiet:deadline:after:reaction:encoding:)`` but not encoded.
    public func settledFrame(
        quiet: Duration = .milliseconds(100), deadline: Duration = .seconds(5), after serial: UInt64? = nil,
        reaction: Duration = .zero
    ) async throws -> SettledFrame {
        let clock = ContinuousClock()
        let began = clock.now
        var known: UInt64
        if let serial { known = serial } else { known = try await state().serial }
        var tracker = SettleTracker(quiet: quiet, deadline: deadline, reaction: reaction, after: known)
        var damage = DamageRegion()
        var step = tracker.begin()
        while true {
            if case .wait(let serial, let duration) = step {
                if let change = try await change(after: serial, within: duration) {
                    damage.add(change.damage)
                    known = max(known, change.serial)
                    step = tracker.changed(to: change.serial, at: clock.now - began)
                } else {
                    step = tracker.stayedStill(at: clock.now - began)
                }
                continue
            }
            let (frame, serial) = try await frame()
            let takenAt = Date()
            if serial > known, let missed = try await change(after: known, within: .zero) {
                damage.add(missed.damage)
                known = serial
            }
            step = tracker.captured(serial, at: clock.now - began)
            if case .finish(let isSettled) = step {
                return SettledFrame(
                    frame: frame, serial: serial, takenAt: takenAt, isSettled: isSettled,
                    damage: damage.clipped(to: Rect(frame.size)).boxes, waited: clock.now - began)
            }
        }
    }

    /// Waits until something changes, anywhere or in a part of the screen.
    ///
    /// - Parameters:
    ///   - rect: Where a change counts; nil for anywhere.
    ///   - serial: The change after which changes count; nil for the newest at the time of the call.
    ///   - duration: How long to wait at most.
    /// - Returns: All that changed since the serial, or nil if nothing did there in that time. A display may tell of a
    ///   change where pixels were only drawn again.
    /// - Throws: ``GodHandError`` with `display.lost` if the connection is gone.
    public func waitUntilChanged(
        in rect: Rect? = nil, after serial: UInt64? = nil, within duration: Duration = .seconds(5)
    ) async throws -> DisplayChange? {
        let clock = ContinuousClock()
        let deadline = clock.now + duration
        var damage = DamageRegion()
        var known: UInt64
        if let serial { known = serial } else { known = try await state().serial }
        while true {
            let left = max(.zero, deadline - clock.now)
            guard var change = try await change(after: known, within: left) else { return nil }
            damage.add(change.damage)
            if rect.map(damage.intersects) ?? true {
                change.damage = damage.boxes
                return change
            }
            if left == .zero { return nil }
            known = max(known, change.serial)
        }
    }

    /// Off the caller's actor, since it takes milliseconds of computing.
    @concurrent
    private func encode(
        _ frame: Frame, takenAt: Date, serial: UInt64, as encoding: PNGEncoding
    ) async throws -> Screenshot {
        try Screenshot(of: frame, takenAt: takenAt, serial: serial, encoding: encoding)
    }
}
