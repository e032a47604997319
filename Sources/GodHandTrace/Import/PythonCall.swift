import Foundation
import GodHandCore

extension PyAutoGUI {
    /// One call with literals as arguments: `pyautogui.click(10, y=20)`.
    struct Call {
        let name: String
        private(set) var positional: [JSONValue] = []
        private var named: [String: JSONValue] = [:]

        /// Nil for anything else.
        init?(_ text: String) {
            guard let open = text.firstIndex(of: "("), text.hasSuffix(")"),
                text[..<open].allSatisfy({ $0.isLetter || $0 == "." || $0 == "_" })
            else { return nil }
            name = String(text[..<open])
            var scanner = Literals(Array(text[text.index(after: open)...].dropLast().unicodeScalars))
            while !scanner.isAtEnd {
                let label = scanner.label()
                guard let value = scanner.value() else { return nil }
                if let label { named[label] = value } else { positional.append(value) }
                guard scanner.comma() else { return nil }
            }
        }

        func argument(_ name: String, _ index: Int?) -> JSONValue? {
            named[name] ?? index.flatMap { positional.indices.contains($0) ? positional[$0] : nil }
        }
        func text(_ name: String, _ index: Int? = nil) -> String? { argument(name, index)?.string }
        func number(_ name: String, _ index: Int? = nil) -> Double? { argument(name, index)?.double }
        func integer(_ name: String, _ index: Int? = nil) -> Int? {
            number(name, index).flatMap { Int(exactly: $0.rounded()) }
        }
        func list(_ name: String, _ index: Int?) -> [String] {
            let value = argument(name, index)
            return value?.string.map { [$0] } ?? (value?.array ?? []).compactMap(\.string)
        }
        var point: Point? {
            if let pair = argument("x", 0)?.array { return ForeignCall.point(pair) }
            return ForeignCall.point([argument("x", 0) ?? .null, argument("y", 1) ?? .null])
        }
    }

    /// Python's plain numbers, strings and lists.
    private struct Literals {
        private let text: [Unicode.Scalar]
        private var index = 0
        private var depth = 0

        init(_ text: [Unicode.Scalar]) { self.text = text }

        var isAtEnd: Bool {
            mutating get {
                skip()
                return index == text.count
            }
        }

        private mutating func skip() {
            while index < text.count, text[index] == " " || text[index] == "\t" { index += 1 }
        }

        /// `name=`, if it stands here.
        mutating func label() -> String? {
            skip()
            var end = index
            while end < text.count, text[end].properties.isAlphabetic || text[end] == "_" { end += 1 }
            guard end > index, end < text.count, text[end] == "=" else { return nil }
            defer { index = end + 1 }
            return String(String.UnicodeScalarView(text[index..<end]))
        }

        /// Whether a comma or the end stands here.
        mutating func comma() -> Bool {
            if isAtEnd { return true }
            guard text[index] == "," else { return false }
            index += 1
            return true
        }

        mutating func value() -> JSONValue? {
            skip()
            guard index < text.count, depth < 8 else { return nil }
            switch text[index] {
            case "'", "\"": return string()
            case "[", "(": return list()
            default: return word()
            }
        }

        private mutating func list() -> JSONValue? {
            let end: Unicode.Scalar = text[index] == "[" ? "]" : ")"
            index += 1
            depth += 1
            defer { depth -= 1 }
            var values: [JSONValue] = []
            while true {
                skip()
                guard index < text.count else { return nil }
                if text[index] == end { break }
                guard let next = value() else { return nil }
                values.append(next)
                skip()
                if index < text.count, text[index] == "," {
                    index += 1
                } else if index < text.count, text[index] != end {
                    return nil
                }
            }
            index += 1
            return .array(values)
        }

        private mutating func string() -> JSONValue? {
            let quote = text[index]
            var result = String.UnicodeScalarView()
            index += 1
            while index < text.count, text[index] != quote {
                if text[index] == "\\" {
                    index += 1
                    guard index < text.count else { return nil }
                    switch text[index] {
                    case "n": result.append("\n")
                    case "t": result.append("\t")
                    case "\\", "'", "\"": result.append(text[index])
                    default: return nil
                    }
                } else {
                    result.append(text[index])
                }
                index += 1
            }
            guard index < text.count else { return nil }
            index += 1
            return .string(String(result))
        }

        private mutating func word() -> JSONValue? {
            let start = index
            while index < text.count, text[index] != ",", text[index] != "]", text[index] != ")", text[index] != " " {
                index += 1
            }
            let word = String(String.UnicodeScalarView(text[start..<index]))
            switch word {
            case "True": return true
            case "False": return false
            case "None": return .null
            default: return Int(word).map { .integer($0) } ?? Double(word).flatMap { $0.isFinite ? .number($0) : nil }
            }
        }
    }
}
