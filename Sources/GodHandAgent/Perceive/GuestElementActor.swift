public import GodHandCore

/// Carries out actions on elements, waits and closer looks, by what the guest tells of its screen.
public struct GuestElementActor: ElementActor {
    /// The longest wait that is allowed, whatever an action asks for.
    public var longestWait: Duration = .seconds(60)
    /// Sides that a closer look is made as large as, if that is not more than four times its size.
    public var zoomedSize = Size(width: 1280, height: 800)

    /// Makes the usual one.
    public init() {}

    /// Does it.
    public func perform(
        _ action: Action, in sandbox: Sandbox, seeing sight: Sight
    ) async throws -> ActionReply {
        do { return try await attempt(action, in: sandbox, seeing: sight) } catch let error as GodHandError
            where error.isLackOfMeans
        {
            // What the guest's tool wrote may be in it.
            return ActionReply(isError: true, content: [.untrusted(error.message)])
        }
    }

    private func attempt(
        _ action: Action, in sandbox: Sandbox, seeing sight: Sight
    ) async throws -> ActionReply {
        switch action {
        case .element(let target, let gesture):
            return try await perform(gesture, on: target, in: sandbox, seeing: sight)
        case .waitFor(let condition, let duration):
            return try await condition.wait(atMost: max(.zero, min(duration, longestWait)), in: sandbox)
        case .zoom(let region): return try await zoom(into: region, sandbox)
        case .cursorPosition:
            guard let cursor = try await sandbox.display.state().cursor else {
                return .failed("Where the cursor is, is not known.")
            }
            return ActionReply(
                content: [.text("The cursor is at (\(cursor.x), \(cursor.y)).")],
                target: Rect(x: cursor.x, y: cursor.y, width: 1, height: 1))
        case .input, .exec, .open, .look, .wait, .done, .fail, .ask:
            return .failed("This is not an action on an element.")
        }
    }

    private func perform(
        _ gesture: ElementGesture, on target: ElementTarget, in sandbox: Sandbox, seeing sight: Sight
    ) async throws -> ActionReply {
        let finding = try await ElementFinder(sandbox: sandbox, sight: sight).find(target)
        guard case .found(let box, let note) = finding else {
            if case .missing(let why) = finding { return ActionReply(isError: true, content: [.untrusted(why)]) }
            return .failed("It was not found.")
        }
        let input = try sandbox.display.input
        do {
            switch gesture {
            case .click(let button, let count):
                try await input.perform(.click(at: box.center, button: button, count: count))
            case .hover: try await input.perform(.move(to: box.center))
            case .type(let text, let replacing):
                // What cannot be typed is found out before the field is emptied.
                try InputAction.type(text).validated(in: try await sandbox.display.state().size)
                let serial = try await sandbox.display.state().serial
                try await input.perform(.click(at: box.center))
                // Pages put another field in the place of the one that was clicked: what is typed before that is lost.
                _ = try await sandbox.display.settledFrame(
                    quiet: .milliseconds(100), deadline: .seconds(2), after: serial, reaction: .milliseconds(150))
                if replacing { try await input.perform(.key("ctrl+a")) }
                if replacing && text.isEmpty { try await input.perform(.key("Delete")) }
                if !text.isEmpty { try await input.perform(.type(text)) }
            }
        } catch let error as GodHandError where error.code == .invalidRequest {
            return .failed(error.message)
        }
        return ActionReply(content: note.map { [.text($0)] } ?? [], target: box)
    }

    private func zoom(into region: Rect, _ sandbox: Sandbox) async throws -> ActionReply {
        let (frame, _) = try await sandbox.display.frame()
        let part = region.intersection(Rect(frame.size))
        guard part.width >= 1, part.height >= 1 else {
            return .failed("That region is not on the screen, which is \(frame.size) pixels.")
        }
        let image = try await Self.enlarge(frame, part, toFit: zoomedSize)
        return ActionReply(content: [.image(image)], target: part)
    }

    @concurrent
    private static func enlarge(_ frame: Frame, _ part: Rect, toFit box: Size) async throws -> ModelImage {
        let crop = try frame.cropped(to: part)
        // At least its own size: what is shrunk is no closer look.
        let factor = max(
            1, min(4, Double(box.width) / Double(part.width), Double(box.height) / Double(part.height)))
        let size = Size(
            width: Int((Double(part.width) * factor).rounded()), height: Int((Double(part.height) * factor).rounded()))
        let picture = size == crop.size ? crop : try crop.scaled(to: size)
        return ModelImage(png: try PNG.encode(picture), size: picture.size, region: part)
    }
}
