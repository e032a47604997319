/// Decides which parts of a screen nobody is to see.
///
/// What it marks is painted over in every picture before anybody gets it: the model, the judge, the checks that read the
/// screen, the trace, and all that is made of these.
public protocol ScreenMask: Sendable {
    /// The parts to paint over.
    ///
    /// - Parameters:
    ///   - frame: The pixels, with nothing painted over.
    ///   - sandbox: The machine, for asking it more; its display shows everything, too.
    /// - Returns: Rectangles; what reaches over an edge is left off.
    /// - Throws: Anything; then the whole screen is painted over. `CancellationError` of a cancelled task passes.
    func hiddenParts(of frame: Frame, in sandbox: Sandbox) async throws -> [Rect]
}

/// Parts of the screen that are always hidden.
public struct FixedMask: ScreenMask {
    private let parts: [Rect]

    /// Makes a mask of rectangles in pixels of the screen.
    public init(_ parts: Rect...) { self.parts = parts }

    /// The same always.
    public func hiddenParts(of frame: Frame, in sandbox: Sandbox) async throws -> [Rect] { parts }
}

/// A mask made of a closure.
public struct MaskRule: ScreenMask {
    private let rule: @Sendable (Frame, Sandbox) async throws -> [Rect]

    /// Makes a mask.
    public init(_ rule: @escaping @Sendable (Frame, Sandbox) async throws -> [Rect]) { self.rule = rule }

    /// Asks the closure.
    public func hiddenParts(of frame: Frame, in sandbox: Sandbox) async throws -> [Rect] {
        try await rule(frame, sandbox)
    }
}

extension Frame {
    /// This picture with parts painted over as masks do it; what reaches over an edge is left off.
    func hiding(_ parts: [Rect]) -> Frame { parts.reduce(self) { $0.filling($1, red: 0, green: 0, blue: 0) } }
}

extension Sandbox {
    /// The same machine, of whose screen nobody sees the parts that masks mark. Forks of it are masked, too.
    public func masked(by masks: [any ScreenMask]) -> Sandbox {
        guard !masks.isEmpty else { return self }
        var masked = Sandbox(machine: MaskedMachine(self, masks), spec: spec, backend: backend, origin: origin)
        masked.recorder = recorder
        masked.masks = self.masks + masks
        return masked
    }
}
