import Foundation
import Testing

/// What is written for people is true as far as a program can tell: its code is compiled, and its links lead somewhere.
struct DocumentationTests {
    static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized

    static let pages = files(
        in: ["README.md", "CONTRIBUTING.md", "Examples/README.md", "Documentation", "Sources"], ending: ".md")

    @Test(arguments: pages)
    func `code in articles is code of the tree`(page: String) throws {
        let sources = try Self.files(in: ["Sources", "Tests", "Examples/Sources"], ending: ".swift")
            .map { Self.bare(try Self.text($0)) }
        for block in Self.swiftBlocks(in: try Self.text(page)) where !block.contains(".package(") {
            let code = Self.bare(block)
            #expect(sources.contains { $0.contains(code) }, "No Swift file has this block:\n\(block)")
        }
    }

    @Test(arguments: pages)
    func `links lead to files`(page: String) throws {
        let folder = Self.root.appending(path: page).deletingLastPathComponent()
        for match in try Self.text(page).matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
            let target = folder.appending(path: String(match.1)).standardized
            #expect(FileManager.default.fileExists(atPath: target.path), "\(match.1)")
        }
    }

    @Test func `blocks are found and compared without indentation`() {
        let blocks = Self.swiftBlocks(in: "a\n```swift\nlet x = 1\n\n    f(x)\n```\nb\n```\nno\n```\n")
        #expect(blocks == ["let x = 1\n\n    f(x)"])
        #expect(Self.bare("  {\n\n    let x = 1\n      f(x)\n  }").contains(Self.bare(blocks[0])))
        #expect(!Self.bare("let x = 1\ng()\nf(x)").contains(Self.bare(blocks[0])))
    }

    /// The lines without indentation and empty ones, each between line feeds, so that only whole lines match.
    private static func bare(_ code: String) -> String {
        let lines = code.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        return "\n" + lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
    }

    private static func swiftBlocks(in markdown: String) -> [String] {
        markdown.matches(of: /(?m)^```swift\n([\s\S]*?)\n```$/).map { String($0.1) }
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static func files(in places: [String], ending suffix: String) -> [String] {
        places.flatMap { place -> [String] in
            if place.hasSuffix(suffix) { return [place] }
            let paths = FileManager.default.enumerator(atPath: root.appending(path: place).path)
            return (paths?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(suffix) }.map { "\(place)/\($0)" }
        }.sorted()
    }
}
