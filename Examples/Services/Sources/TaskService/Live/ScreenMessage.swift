import Foundation
import GodHandCore

/// A piece of a stream of pictures: its length in four bytes, what it is in one, and what that needs. Numbers have their
/// highest byte first.
enum ScreenMessage {
    /// Nothing: so that silent connections stay.
    case nothing
    /// How large the screen is from now on.
    case size(Size)
    /// What a part of the screen shows, as a PNG file.
    case part(Rect, Data)
    /// There is nothing more to see.
    case end
    /// A whole screen, small, of a task.
    case thumbnail(String, Data)
    /// A task has no screen any more.
    case gone(String)

    var bytes: [UInt8] {
        var body: [UInt8]
        switch self {
        case .nothing: body = [0]
        case .size(let size): body = [1] + Self.two(size.width) + Self.two(size.height)
        case .part(let rect, let png):
            body = [2]
            for number in [rect.x, rect.y, rect.width, rect.height] { body += Self.two(number) }
            body += png
        case .end: body = [3]
        case .thumbnail(let task, let png): body = [4] + Self.name(task) + png
        case .gone(let task): body = [5] + Self.name(task)
        }
        return Self.two(body.count >> 16) + Self.two(body.count) + body
    }

    private static func two(_ number: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
    }

    private static func name(_ task: String) -> [UInt8] { [UInt8(truncatingIfNeeded: task.utf8.count)] + task.utf8 }
}
