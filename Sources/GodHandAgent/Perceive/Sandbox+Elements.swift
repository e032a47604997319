public import GodHandCore

extension Sandbox {
    private static let look = "/usr/lib/godhand/look"

    /// The elements of the window in front, as its program tells them to assistive programs, each after the one that it
    /// is in.
    ///
    /// Only what can be seen is told. A program that tells nothing, such as a game, gives an empty list; see
    /// ``readText(of:in:magnification:)`` for what is left then.
    ///
    /// - Throws: `GodHandError` with `exec.failed` or `unsupported` if the guest has no means to tell them, and what the
    ///   display throws.
    public func elements() async throws -> [ScreenElement] { try await tellElements().elements }

    /// The elements, asked for again while a busy program still owes some and what there is does not suffice.
    ///
    /// A program that does not answer in time looks like one that has nothing to tell.
    func elements(
        within patience: Duration = .seconds(4), until isEnough: ([ScreenElement]) -> Bool
    ) async throws -> [ScreenElement] {
        let clock = ContinuousClock()
        let end = clock.now + patience
        while true {
            let serial = try await display.state().serial
            let (elements, isComplete) = try await tellElements()
            if isComplete || isEnough(elements) || clock.now >= end { return elements }
            _ = try await display.change(after: serial, within: .milliseconds(250))
        }
    }

    private func tellElements() async throws -> (elements: [ScreenElement], isComplete: Bool) {
        async let state = display.state()
        let output = try await tell("elements", outputLimit: 4 << 20)
        return await Self.read(output, on: try await state.size)
    }

    /// The windows, from the back to the front.
    ///
    /// - Throws: `GodHandError` with `exec.failed` or `unsupported` if the guest has no means to tell them.
    public func windows() async throws -> [ScreenWindow] {
        ScreenWindow.read(try await tell("windows", outputLimit: 1 << 20))
    }

    /// Reads the window in front, or the whole screen if it is not known which that is.
    ///
    /// Of one window there are fewer pixels to read, so they can be made larger, and are read better.
    func readWindowInFront(of frame: Frame) async throws -> ScreenText {
        var windows: [ScreenWindow] = []
        do { windows = try await self.windows() } catch let error as GodHandError where error.isLackOfMeans {}
        let front = windows.last { $0.isActive && !$0.isHidden }?.box.intersection(Rect(frame.size))
        guard let front, !front.isEmpty else { return try await readText(of: frame) }
        return try await readText(of: frame, in: front, magnification: 2)
    }

    private func tell(_ what: String, outputLimit: Int) async throws -> String {
        let result = try await exec([Self.look, what], timeout: GuestPatience.question, outputLimit: outputLimit)
        guard result.isSuccess else {
            throw GodHandError(
                .execFailed,
                "The guest could not tell its \(what): \(result.errorOutput.shortened(to: 200)) (\(result.status)).",
                hint: "Use an image of ours, or read the screen's text instead.")
        }
        return result.output
    }

    /// Off the caller's actor, since a large page takes milliseconds.
    @concurrent
    private static func read(
        _ output: String, on screen: Size
    ) async -> (elements: [ScreenElement], isComplete: Bool) {
        ElementReader.read(output, on: screen)
    }
}
