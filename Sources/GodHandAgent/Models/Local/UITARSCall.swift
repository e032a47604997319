import Foundation
import GodHandCore

/// One call as UI-TARS writes it: a name and quoted arguments, such as `drag(start_box='(1,2)', end_box='(3,4)')`.
struct UITARSCall: Equatable {
    var name: String
    var arguments: [String: String]

    /// Reads the calls of an answer, one after the other.
    ///
    /// - Throws: ``MalformedInput`` for anything that is no call.
    static func calls(in text: String) throws -> [UITARSCall] {
        var reader = Reader(characters: Array(text))
        var calls: [UITARSCall] = []
        reader.skipSpaces()
        while !reader.isAtEnd, calls.count <= LocalAnswer.mostActions {
            calls.append(try reader.call())
            reader.skipSpaces()
        }
        return calls
    }

    /// Whether one of these arguments is there.
    func hasPoint(_ keys: String...) -> Bool { keys.contains { arguments[$0]?.isEmpty == false } }

    /// The point in the first of these arguments that is there. Of a box it is the middle.
    ///
    /// - Throws: ``MalformedInput`` if there is none, or it is outside the picture.
    func point(_ keys: String..., in scaling: ScreenScaling) throws -> Point {
        guard let text = keys.lazy.compactMap({ arguments[$0] }).first else {
            throw MalformedInput("\(name) needs \(keys[0]).")
        }
        let numbers = Self.numbers(in: text)
        let place: (x: Double, y: Double)
        switch numbers.count {
        case 2: place = (numbers[0], numbers[1])
        case 4: place = ((numbers[0] + numbers[2]) / 2, (numbers[1] + numbers[3]) / 2)
        default: throw MalformedInput("\(name) needs \(keys[0]) with two numbers, x and y.")
        }
        guard let point = scaling.screenPoint(x: place.x, y: place.y) else {
            throw MalformedInput("\(name) has a point outside the picture.")
        }
        return point
    }

    /// The numbers in a text such as `(12,34)`, `<point>12 34</point>` or `[1, 2, 3, 4]`; at most five.
    private static func numbers(in text: String) -> [Double] {
        text.split { !($0.isASCII && ($0.isNumber || $0 == "." || $0 == "-")) }.prefix(5).compactMap { Double($0) }
    }
}

extension UITARSCall {
    /// Goes through the characters of an answer.
    private struct Reader {
        let characters: [Character]
        var index = 0

        var isAtEnd: Bool { index >= characters.count }
        private var current: Character? { isAtEnd ? nil : characters[index] }

        mutating func skipSpaces() {
            while let character = current, character.isWhitespace || character == ";" { index += 1 }
        }

        mutating func call() throws -> UITARSCall {
            let name = word()
            skipSpaces()
            guard !name.isEmpty, current == "(" else {
                throw MalformedInput("After Action: stands one call, such as click(start_box='(x,y)').")
            }
            index += 1
            var arguments: [String: String] = [:]
            while true {
                skipSpaces()
                if current == "," {
                    index += 1
                    continue
                }
                if current == ")" {
                    index += 1
                    return UITARSCall(name: name, arguments: arguments)
                }
                let key = word()
                skipSpaces()
                guard !key.isEmpty, current == "=" else {
                    throw MalformedInput("The arguments of \(name.shortened(to: 60)) are not key='value'.")
                }
                index += 1
                skipSpaces()
                arguments[key] = try value(of: name)
            }
        }

        private mutating func word() -> String {
            let start = index
            while let character = current, character.isLetter || character.isNumber || character == "_" { index += 1 }
            return String(characters[start..<index])
        }

        private mutating func value(of name: String) throws -> String {
            guard let quote = current, quote == "'" || quote == "\"" else {
                let start = index
                while let character = current, character != ",", character != ")" { index += 1 }
                return String(characters[start..<index]).trimmingCharacters(in: .whitespaces)
            }
            index += 1
            var text = ""
            while let character = current {
                index += 1
                if character == "\\", let next = current {
                    index += 1
                    text += Self.unescaped(next)
                } else if character == quote, endsHere {
                    return text
                } else {
                    text.append(character)
                }
            }
            throw MalformedInput("A quote in \(name.shortened(to: 60)) is not closed.")
        }

        /// Whether the quote just read is the closing one: models do not always escape those inside.
        private var endsHere: Bool {
            var rest = characters[index...].drop { $0.isWhitespace }
            guard let next = rest.first else { return true }
            if next == ")" {
                rest = rest.dropFirst().drop { $0.isWhitespace }
                return rest.first.map { $0.isLetter || $0 == ";" || $0 == "<" } ?? true
            }
            guard next == "," else { return false }
            rest = rest.dropFirst().drop { $0.isWhitespace }
            let key = rest.prefix { $0.isLetter || $0 == "_" }
            return !key.isEmpty && rest.dropFirst(key.count).drop { $0.isWhitespace }.first == "="
        }

        private static func unescaped(_ character: Character) -> String {
            switch character {
            case "n": "\n"
            case "t": "\t"
            case "r": ""
            case "'", "\"", "\\": String(character)
            default: "\\\(character)"
            }
        }
    }
}
