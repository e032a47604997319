import Foundation

/// A directory with a short path that goes when the value does. Short, since socket paths have about 100 bytes.
final class ShortDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/gh-agent-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
