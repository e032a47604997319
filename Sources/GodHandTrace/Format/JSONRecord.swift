import Foundation
import GodHandCore

/// A record as plain JSON, so that what this version does not know stays in it when the rest is changed.
struct JSONRecord {
    private var envelope: JSONValue

    init(_ json: Data) throws { envelope = try JSONDecoder().decode(JSONValue.self, from: json) }

    /// Puts another body in, and keeps what the old one holds that this version does not write.
    ///
    /// - Parameters:
    ///   - known: The old body as this version writes it; nil if that does not know it.
    ///   - new: The new body.
    mutating func replace(_ known: Data?, by new: Data) {
        guard case .object(var members) = envelope else { return }
        let decoder = JSONDecoder()
        let old = members["body"] ?? .null
        let written = known.flatMap { try? decoder.decode(JSONValue.self, from: $0) } ?? .null
        guard let new = try? decoder.decode(JSONValue.self, from: new) else { return }
        members["body"] = new.keeping(old, beside: written)
        envelope = .object(members)
    }

    /// The record as a line of a trace.
    func line(sequence: Int) throws -> [UInt8] {
        guard case .object(var members) = envelope else { throw UnreadableValue("a record that is no object") }
        members["crc"] = nil
        members["seq"] = .integer(sequence)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // In the order in which records are written, and what is new behind that.
        let order = ["version", "seq", "time", "elapsed", "kind", "body"]
        let names = order.filter { members[$0] != nil } + members.keys.filter { !order.contains($0) }.sorted()
        var line = Data("{".utf8)
        for (index, name) in names.enumerated() {
            if index > 0 { line += Data(",".utf8) }
            line += try encoder.encode(name) + Data(":".utf8) + encoder.encode(members[name] ?? .null)
        }
        return SealedLine.make(of: Array(line))
    }

    /// All that could be names of pictures in a line.
    static func names(in line: [UInt8]) -> Set<String> {
        let text = line.split(separator: UInt8(ascii: "\"")).filter { $0.count == 64 }
        return Set(text.map { String(decoding: $0, as: UTF8.self) }.filter(BlobName.isValid))
    }
}

extension JSONValue {
    /// This value with the members that `old` has and `known`, the same value as this version writes it, has not.
    fileprivate func keeping(_ old: JSONValue, beside known: JSONValue) -> JSONValue {
        switch (self, old, known) {
        case (.object(var members), .object(let old), .object(let known)):
            for (name, value) in old {
                if let mine = members[name] {
                    members[name] = mine.keeping(value, beside: known[name] ?? .null)
                } else if known[name] == nil {
                    members[name] = value
                }
            }
            return .object(members)
        case (.array(let elements), .array(let old), .array(let known))
        where elements.count == old.count && old.count == known.count:
            return .array(zip(elements, zip(old, known)).map { $0.keeping($1.0, beside: $1.1) })
        default: return self
        }
    }
}
