import Foundation
import GodHandAgent
import GodHandCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One run of the reader of text in pictures.
enum Tesseract {
    /// Its table of words for a picture, which goes in by standard input.
    static func table(of picture: Data) throws -> String {
        // Sparse text: a desktop is no page. One thread: more of them only wait for each other on small pictures.
        let arguments = ["tesseract", "stdin", "stdout", "--psm", "11", "-c", "tessedit_create_tsv=1"]
        var environment = ProcessInfo.processInfo.environment
        environment["OMP_THREAD_LIMIT"] = "1"
        let input = try Ends.socket()
        let output = try Ends.pipe()
        defer { input.near.close(); output.near.close() }
        let identifier: pid_t
        do {
            defer { input.far.close(); output.far.close() }
            identifier = try spawn(arguments, environment, input: input.far.number, output: output.far.number)
        }
        defer {
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        }
        // It reads everything before it writes anything, so one after the other cannot lock.
        input.near.sendAll(picture)
        input.near.shutDown(.writing)
        return String(decoding: output.near.readAll(limit: 8 << 20), as: UTF8.self)
    }

    /// The rows of the table as lines. Rows that are not as they should be are passed over.
    static func lines(in table: String, scale: Int, movedBy origin: Point) -> [TextLine] {
        var lines: [TextLine] = []
        var current: [Substring] = []
        for row in table.split(separator: "\n") {
            let cells = row.split(separator: "\t", maxSplits: 11, omittingEmptySubsequences: false)
            guard cells.count == 12, cells[0] == "5", let confidence = Double(cells[10]), confidence >= 20,
                let x = Int(cells[6]), let y = Int(cells[7]), let width = Int(cells[8]), let height = Int(cells[9])
            else { continue }
            let text = cells[11].trimmingCharacters(in: .whitespacesAndNewlines)
            if text.isEmpty { continue }
            let word = TextLine.Word(
                text,
                box: Rect(
                    x: x / scale + origin.x, y: y / scale + origin.y, width: max(1, width / scale),
                    height: max(1, height / scale)))
            let line = Array(cells[1...4])
            if line == current, !lines.isEmpty {
                lines[lines.count - 1].words.append(word)
            } else {
                lines.append(TextLine(words: [word]))
                current = line
            }
        }
        return lines
    }

    private static func spawn(
        _ arguments: [String], _ environment: [String: String], input: Int32, output: Int32
    ) throws -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words = arguments.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var identifier: pid_t = 0
        guard posix_spawnp(&identifier, arguments[0], &actions, nil, &words, &variables) == 0 else {
            throw GodHandError(
                .execFailed, "'\(arguments[0])' cannot be started on this host.", hint: "Install tesseract-ocr.")
        }
        return identifier
    }
}
