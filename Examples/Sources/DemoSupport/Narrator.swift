import Foundation

/// Says what happens while it happens, each line with the time since the beginning.
public struct Narrator: Sendable {
    private let began = ContinuousClock.now

    /// The time begins now.
    public init() {}

    /// Writes a line.
    public func say(_ text: String) {
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let time = seconds.formatted(.number.precision(.fractionLength(1)))
        let line = "[\(String(repeating: " ", count: max(0, 5 - time.count)))\(time) s] \(text)\n"
        // Not by print, which holds lines back when the output is a pipe, and whoever reads that wants to know now.
        FileHandle.standardOutput.write(Data(line.utf8))
    }
}
