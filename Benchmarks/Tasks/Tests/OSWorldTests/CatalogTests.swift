import Foundation
import GodHandCore
import OSWorld
import Testing

@Suite("OSWorld's task files")
struct CatalogTests {
    @Test("all of them are read, and written as they were", .reference)
    func all() throws {
        let path = try Reference.tasks()
        let catalog = try OSWorldCatalog(contentsOf: path)
        #expect(catalog.entries.count == 369)
        #expect(Set(catalog.entries.map(\.task.id)).count == 369)
        let file = try JSONDecoder().decode(JSONValue.self, from: try Data(contentsOf: URL(filePath: path)))
        for entry in catalog.entries {
            let written = try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(entry.task))
            let original = try #require(file["sources"]?["\(entry.domain)__\(entry.task.id)"])
            #expect(written == original, "\(entry.task.id)")
        }
    }

    @Test("the table of what runs is up to date", .reference)
    func table() throws {
        let page = Reference.package.appending(path: "../../Documentation/OSWorldTasks.md")
        #expect(
            try String(contentsOf: page, encoding: .utf8) == OSWorldTable(try Reference.catalog()).markdown,
            "Make it anew: bench-tasks --osworld FILE --table > Documentation/OSWorldTasks.md")
    }

    @Test(
        "what a task says that does not fit is refused by name",
        arguments: [
            (#""proxy": false, "surprise": 1"#, "surprise"), (#""proxy": "no""#, "proxy"),
            (#""hint": "none""#, "proxy"),
        ])
    func strict(_ end: String, _ name: String) throws {
        let text = Self.task(#"{"func": "exact_match"}"#, end: end)
        let error = try #require(throws: GodHandError.self) { try Self.read(text) }
        #expect(error.code == .invalidRequest)
        #expect("\(error.message) \(error.hint ?? "") \(error.cause.map { "\($0)" } ?? "")".contains(name))
    }

    @Test(
        "an evaluator whose lists do not fit is refused",
        arguments: [
            #"{"func": ["a", "b"], "result": [{"type": "rule"}]}"#, #"{"func": "a", "conj": "xor"}"#, #"{"funk": "a"}"#,
        ])
    func evaluators(_ evaluator: String) {
        #expect(throws: GodHandError.self) { try Self.read(Self.task(evaluator, end: #""proxy": false"#)) }
    }

    @Test("what is not known is kept and named")
    func unknown() throws {
        let text = Self.task(
            #"{"func": "divine", "result": {"type": "tea_leaves", "cups": 2}}"#, end: #""proxy": false"#,
            config: #"[{"type": "conjure", "parameters": {"what": ["a", "rabbit"]}}]"#)
        let entry = try #require(try Self.read(text).entries.first)
        let task = entry.task
        #expect(task.config == [SetupStep(type: "conjure", parameters: ["what": ["a", "rabbit"]])])
        #expect(
            OSWorldSupport(task).obstacles == [.setup("conjure"), .function("divine"), .getter("tea_leaves")])
        #expect(throws: GodHandError.self) { try OSWorldBenchTask(entry) }
    }

    private static func read(_ text: String) throws -> OSWorldCatalog {
        let file = FileManager.default.temporaryDirectory.appending(path: "osworld-\(UUID()).json")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try OSWorldCatalog(contentsOf: file.path)
    }

    private static func task(_ evaluator: String, end: String, config: String = "[]") -> String {
        """
        {"id": "1", "snapshot": "os", "instruction": "Do it.", "source": "", "trajectory": "", "related_apps": ["os"],
        "config": \(config), "evaluator": \(evaluator), "fixed_ip": false, "possibility_of_env_change": "low", \(end)}
        """
    }
}
