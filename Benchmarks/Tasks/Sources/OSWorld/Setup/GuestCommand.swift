import GodHandCore

/// A command of a task's file: words, or text that a shell reads.
struct GuestCommand: Sendable, Hashable {
    /// What is run, with the placeholders of the file.
    var words: [String]
    /// Whether a shell reads it. Otherwise text is only split into words.
    var isForShell: Bool
    /// Whether the file has it as a list.
    var isList: Bool

    /// Reads the `command` and `shell` of a step or a getter; nil where they are something else.
    init?(_ parameters: JSONValue) {
        // Some files say "true", as text.
        switch parameters["shell"] {
        case nil, .bool(false), .string("false"): isForShell = false
        case .bool(true), .string("true"): isForShell = true
        default: return nil
        }
        switch parameters["command"] {
        case .string(let text):
            words = [text]
            isList = false
        case .array(let elements):
            words = elements.compactMap(\.string)
            isList = true
            guard words.count == elements.count, !words.isEmpty else { return nil }
        default: return nil
        }
    }

    /// All of it as text, to look for names in.
    var text: String { words.joined(separator: " ") }

    /// The program that it starts, behind what is set for it.
    var program: String? {
        let first = isList ? words : text.split(separator: " ").map(String.init)
        return first.first { !$0.contains("=") }
    }

    /// What is executed in a guest, with the placeholders filled in.
    func arguments(filling placeholders: [String: String]) -> [String] {
        let filled = words.map { word in
            placeholders.reduce(word) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
        if isForShell {
            // With a list the first is what the shell reads, and the others are its parameters: Python's way.
            return ["/bin/sh", "-c"] + filled
        }
        if isList { return filled.map { $0.hasPrefix("~/") ? OSWorldGuest.home + $0.dropFirst() : $0 } }
        // The same splitting as theirs, by the same library.
        let split = "import os, shlex, sys; words = shlex.split(sys.argv[1]); os.execvp(words[0], words)"
        return ["python3", "-c", split] + filled
    }
}
