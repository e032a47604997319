import Foundation
public import GodHandCore

/// A window of the guest.
public struct ScreenWindow: Sendable, Hashable {
    /// The number that the X server knows it by.
    public var id: UInt32
    /// Its title.
    public var title: String
    /// The kind of program that it says it belongs to, such as `firefox-esr`; may be empty.
    public var program: String
    /// The process that it says it belongs to; zero if it does not say.
    public var process: Int
    /// Where it is, without the frame that the window manager draws around it; may reach over the screen's edges.
    public var box: Rect
    /// Whether it is in front and gets the keyboard.
    public var isActive: Bool
    /// Whether it is minimised.
    public var isHidden: Bool

    /// Reads the lines in which the guest tells its windows; those that cannot be are passed over.
    static func read(_ output: String) -> [ScreenWindow] {
        struct Line: Decodable {
            var id: UInt32
            var title: String
            var `class`: String
            var pid: UInt32
            var box: [Int]
            var active: Bool
            var hidden: Bool
        }
        let decoder = JSONDecoder()
        let lines: [String.UTF8View.SubSequence] = output.utf8.split(separator: UInt8(ascii: "\n"))
        return lines.prefix(500).compactMap { text in
            guard text.count <= 8192, let line = try? decoder.decode(Line.self, from: Data(text)), line.box.count == 4,
                line.box.allSatisfy({ (-100_000...100_000).contains($0) }), line.box[2] >= 0, line.box[3] >= 0
            else { return nil }
            return ScreenWindow(
                id: line.id, title: line.title.shortened(to: 400), program: line.class.shortened(to: 400),
                process: Int(line.pid),
                box: Rect(x: line.box[0], y: line.box[1], width: line.box[2], height: line.box[3]),
                isActive: line.active, isHidden: line.hidden)
        }
    }
}
