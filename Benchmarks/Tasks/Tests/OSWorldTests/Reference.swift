import Foundation
import GodHandCore
import OSWorld
import Testing

/// OSWorld's own packages, in an environment that `Scripts/osworld.sh` makes.
enum Reference {
    /// Its interpreter; nil if there is none.
    static let python = ProcessInfo.processInfo.environment["GODHAND_OSWORLD_PYTHON"]

    /// Where this package's files are.
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The file with all tasks.
    static func tasks() throws -> String {
        let script =
            "import importlib.util; print(importlib.util.find_spec('cua_speedrun').submodule_search_locations[0])"
        let place = String(decoding: try run(["-c", script]), as: UTF8.self).split(separator: "\n")[0]
        return place + "/_resources/benchmarks/osworld-tasks.json"
    }

    /// All tasks.
    static func catalog() throws -> OSWorldCatalog { try OSWorldCatalog(contentsOf: try tasks()) }

    /// What their functions say of cases; nil where a function failed.
    static func scores(_ cases: [VerdictCase]) throws -> [Double?] {
        let driver = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python/verdicts.py")
        let output = try run([driver.path], input: try JSONEncoder().encode(cases.map(\.written)))
        let scores = try JSONDecoder().decode([JSONValue].self, from: output)
        try #require(scores.count == cases.count)
        try #require(scores.allSatisfy { $0 == .null || $0.double != nil }, "Theirs has no such function.")
        return scores.map(\.double)
    }

    private static func run(_ arguments: [String], input: Data = Data()) throws -> Data {
        let process = Process(), output = Pipe()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments = arguments
        // A file: nobody has to read while another writes.
        let file = FileManager.default.temporaryDirectory.appending(path: "osworld-\(UUID()).json")
        try input.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return data
    }
}

extension Trait where Self == ConditionTrait {
    /// Needs OSWorld's own packages.
    static var reference: Self {
        .enabled(if: Reference.python != nil, "GODHAND_OSWORLD_PYTHON is not set: run make test.")
    }
}
