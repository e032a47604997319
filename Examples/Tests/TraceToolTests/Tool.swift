import Foundation
import TestSupport
import Testing

/// The executable beside these tests.
enum Tool {
    static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
    static let fixture = root.appending(path: "Tests/Fixtures/Traces/1-run").path
    static let otherFixture = root.appending(path: "Tests/Fixtures/Traces/1-every-kind").path
    static let emptyFixture = root.appending(path: "Tests/Fixtures").path

    static let readers = PythonReader("GODHAND_TRACE_READERS")

    static func run(_ arguments: String...) throws -> (status: Int32, output: String) { try run(arguments) }

    static func json(_ arguments: String...) throws -> [String: Any] {
        let output = try run(arguments).output
        return try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(output)")
    }

    static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        try ToolRun.output(of: Bundle.main.bundleURL.appending(path: "trace").path, arguments)
    }
}
