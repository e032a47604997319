import GodHandAgent
import GodHandCore
import MCPServer

/// Looking at a desktop, and acting on it.
extension DesktopBox {
    func screenshot(_ sandbox: Sandbox, _ arguments: JSONValue) async throws -> ToolResult {
        let quiet = arguments["settled"]?.bool ?? true
        let settled = try await sandbox.display.settledFrame(
            quiet: quiet ? .milliseconds(100) : .zero, deadline: quiet ? .seconds(5) : .zero)
        var picture = settled.frame
        var facts: [String: JSONValue] = [
            "desktop": .string(sandbox.id.rawValue), "width": .integer(picture.size.width),
            "height": .integer(picture.size.height), "settled": .bool(settled.isSettled),
        ]
        if let region = arguments["region"] {
            let wanted = Rect(
                x: region["x"]?.integer ?? 0, y: region["y"]?.integer ?? 0, width: region["width"]?.integer ?? 0,
                height: region["height"]?.integer ?? 0)
            // Only what of it is on the screen.
            let shown = wanted.intersection(Rect(picture.size))
            picture = try picture.cropped(to: wanted)
            facts["region"] = [
                "x": .integer(shown.x), "y": .integer(shown.y), "width": .integer(shown.width),
                "height": .integer(shown.height),
            ]
        }
        return try await shown(picture, .object(facts))
    }

    func elements(_ sandbox: Sandbox) async throws -> ToolResult {
        let most = 400
        let elements = try await sandbox.elements()
        let told: [JSONValue] = elements.prefix(most).map { element in
            var members: [String: JSONValue] = [
                "name": .string(String(element.name.prefix(200))),
                "x": .integer(element.box.center.x), "y": .integer(element.box.center.y),
                "width": .integer(element.box.width), "height": .integer(element.box.height),
            ]
            if let role = element.role { members["role"] = .string(role) }
            if let value = element.value { members["value"] = .string(String(value.prefix(200))) }
            if element.isFocused { members["focused"] = true }
            if !element.isEnabled { members["disabled"] = true }
            return .object(members)
        }
        let structure: JSONValue = [
            "note": .string(ToolResult.warning), "elements": .array(told),
            "left_out": .integer(max(0, elements.count - most)),
        ]
        return ToolResult(structure, parts: [.untrusted(String(decoding: structure.line, as: UTF8.self))])
    }

    func act(_ sandbox: Sandbox, _ arguments: JSONValue) async throws -> ToolResult {
        let display = try sandbox.display
        let serial = try await display.state().serial
        let actions: [DesktopAction]
        do { actions = try DesktopAction.list(arguments["actions"]?.array ?? []) } catch {
            return .failure("\(error)")
        }
        var done = 0
        var trouble: ToolResult?
        for action in actions {
            try Task.checkCancellation()
            do {
                guard let failure = try await perform(action, in: sandbox) else {
                    done += 1
                    continue
                }
                trouble = failure
            } catch let error as GodHandError { trouble = .failure(error) }
            break
        }
        var result = ToolResult([.text("Done: \(done) of \(actions.count) actions.")])
        if let trouble {
            result.isError = true
            result.parts = [.text("Action \(done + 1) of \(actions.count) failed; those after it were not tried.")]
            result.parts += trouble.parts
        }
        guard arguments["screenshot"]?.bool ?? true else { return result }
        do {
            let settled = try await display.settledFrame(after: serial, reaction: .milliseconds(300))
            if !settled.isSettled {
                result.parts.append(.text("The screen was still changing when the picture was taken."))
            }
            result.parts += try await shown(settled.frame, nil).parts
        } catch let error as GodHandError where result.isError {
            result.parts.append(.text("And there is no picture: \(error)"))
        }
        return result
    }

    // MARK: Parts

    /// Does one action.
    ///
    /// - Returns: Nil, or why it could not be done in words that partly come from the desktop.
    private func perform(_ action: DesktopAction, in sandbox: Sandbox) async throws -> ToolResult? {
        let display = try sandbox.display
        switch action {
        case .input(let input): try await display.input.perform(input)
        case .drag(let start, let end, let button, let modifiers):
            try await display.drag(from: start, to: end, button: button, modifiers: modifiers)
        case .wait(let time): try await Task.sleep(for: time)
        case .seeing(let action):
            let (frame, serial) = try await display.frame()
            let observation = Observation(screenshot: try Screenshot(of: frame, serial: serial), cursor: nil)
            let reply = try await GuestElementActor().perform(
                action, in: sandbox, seeing: Sight(observation: observation, frame: frame, serial: serial))
            guard reply.isError else { return nil }
            return ToolResult(
                reply.content.compactMap { content in
                    switch content {
                    case .text(let text): .text(text)
                    case .untrusted(let text): .untrusted(text)
                    default: nil
                    }
                }, isError: true)
        }
        return nil
    }

    /// A picture with what there is to say of it. Encoded off the caller's actor, since it takes milliseconds.
    @concurrent
    private func shown(_ frame: Frame, _ facts: JSONValue?) async throws -> ToolResult {
        let words: [ToolResult.Part] = facts.map { [.text(String(decoding: $0.line, as: UTF8.self))] } ?? []
        return ToolResult(words + [.picture(try PNG.encode(frame, as: .small))])
    }
}
