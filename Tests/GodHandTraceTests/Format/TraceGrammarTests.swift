import Foundation
import GodHandCore
import Testing

@testable import GodHandTrace

/// The description of the format, held against traces: what they hold is described, and what is described they hold.
@Suite struct TraceGrammarTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
    private static let traces = root.appending(path: "Tests/Fixtures/Traces")

    /// The sections of the description that tell of bodies: their text by the kinds that they are about.
    private static func bodies() throws -> [String: String] {
        let text = try String(
            contentsOf: root.appending(path: "Documentation/TraceFormat.md"), encoding: .utf8)
        var bodies: [String: String] = [:]
        for section in text.components(separatedBy: "\n### ").dropFirst() where section.hasPrefix("`") {
            let heading = section.prefix { $0 != "\n" }
            let content = section.dropFirst(heading.count).components(separatedBy: "\n## ")[0]
            for kind in heading.matches(of: #/`([a-z-]+)`/#) { bodies[String(kind.1)] = content }
        }
        return bodies
    }

    /// The lines of all traces but those of newer writers, as bytes.
    private static func lines() throws -> [Data] {
        try ["1-every-kind", "1-run", "1-origins"].flatMap { name in
            try Data(contentsOf: traces.appending(path: "\(name)/trace.jsonl")).split(separator: 10).map { Data($0) }
        }
    }

    private static func object(_ line: Data) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
    }

    /// By the documented production alone, without anything of the library.
    @Test func `every line is a record of the grammar`() throws {
        let moment = #"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z"#
        let grammar = try Regex(
            #"(?s)^\{"version":\d+,"seq":\d+,"time":"\#(moment)","elapsed":-?\d+(\.\d+)?,"kind":"[^"]+","body":.*"#
                + #","crc":"[0-9a-f]{8}"\}$"#)
        for line in try Self.lines() {
            let text = String(decoding: line, as: UTF8.self)
            #expect(text.wholeMatch(of: grammar) != nil, "\(text.prefix(200))")
            let content = line.dropLast(18)
            #expect(text.suffix(10).prefix(8) == Self.checksum(content), "\(text.prefix(80))")
        }
    }

    /// CRC-32, bit by bit, as anybody would write it from the description.
    private static func checksum(_ data: Data) -> String {
        var value: UInt32 = 0xffff_ffff
        for byte in data {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
        }
        let digits = String(~value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    @Test func `every kind that is described is in the traces, and the other way round`() throws {
        let kinds = try Set(Self.lines().map { try Self.object($0)["kind"] as? String ?? "" })
        #expect(try Set(Self.bodies().keys) == kinds)
    }

    @Test func `every member is described where its kind is`() throws {
        let bodies = try Self.bodies()
        let whole = bodies.values.joined()
        for line in try Self.lines() {
            let record = try Self.object(line)
            let kind = record["kind"] as? String ?? ""
            let body = try #require(record["body"] as? [String: Any])
            let described = try #require(bodies[kind])
            for name in body.keys {
                #expect(described.contains("`\(name)`") || described.contains("`\(name)?`"), "\(kind).\(name)")
            }
            // What a provider sent, and names that users choose, are anybody's.
            let own = Self.names(in: body, without: ["content", "environment", "labels", "versions", "check", "body"])
            for name in own { #expect(whole.contains("`\(name)`") || whole.contains("`\(name)?`"), "\(kind): \(name)") }
        }
    }

    private static func names(in value: Any, without passed: Set<String>) -> Set<String> {
        switch value {
        case let object as [String: Any]:
            object.reduce(into: []) { names, member in
                names.insert(member.key)
                if !passed.contains(member.key) { names.formUnion(Self.names(in: member.value, without: passed)) }
            }
        case let array as [Any]: array.reduce(into: []) { $0.formUnion(names(in: $1, without: passed)) }
        default: []
        }
    }
}
