import Foundation
import GodHandCore

extension Judgement {
    /// What is in text files.
    static let files: [String: Function] = [
        "file_contains": { result, rules, _ in
            guard let text = try result.text else { return 0 }
            return try texts(try rule(rules, "expected")).allSatisfy { PythonText.holds(text, $0) }.score
        },
        "check_line_number": { result, rules, _ in
            guard let text = try result.text else { return 0 }
            let wanted = try rule(rules, "expected")
            guard let count = wanted.integer ?? wanted.string.flatMap({ Int(PythonText.stripped($0)) }) else {
                throw GodHandError(.invalidRequest, "The rule names no count of lines.")
            }
            // Lines that tell the time of day count.
            let time = try PythonPattern("([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)")
            return (linesWithEnds(text).count(where: time.isFound) == count).score
        },
        "check_list": { result, rules, _ in
            guard let text = try result.text else { return 0 }
            let wanted = try texts(try rules.value["expect"]).map(PythonPattern.init)
            let unwanted = try texts(try rules.value["unexpect"]).map(PythonPattern.init)
            let lines = linesWithEnds(text)
            return
                (wanted.allSatisfy { pattern in lines.contains(where: pattern.isFound) }
                && !unwanted.contains { pattern in lines.contains(where: pattern.isFound) }).score
        },
        "compare_text_file": { result, expected, options in
            guard var found = try result.text else { return 0 }
            guard var wanted = try expected.text else {
                throw GodHandError(.invalidRequest, "There is no file to hold this one against.")
            }
            if options["ignore_blanks"]?.bool == true {
                found = PythonText.words(found).joined(separator: " ")
                wanted = PythonText.words(wanted).joined(separator: " ")
            }
            if options["ignore_case"]?.bool == true { (found, wanted) = (found.lowercased(), wanted.lowercased()) }
            return PythonText.same(found, wanted).score
        },
        "compare_config": { result, rules, _ in
            guard let found = try result.text else { return 0 }
            return PythonText.same(found, try text(try rule(rules, "expected"))).score
        },
        "compare_result_files": { result, expected, _ in
            guard let found = try result.text, let wanted = try expected.text else { return 0 }
            let (mine, theirs) = (PythonText.stripped(found), PythonText.stripped(wanted))
            if let number = PythonNumber.read(theirs) {
                if PythonText.holds(mine, theirs) { return 1 }
                if let other = PythonNumber.read(mine) { return (abs(other - number) < 1e-4).score }
            }
            return PythonText.same(mine, theirs).score
        },
        "diff_text_file": { result, expected, _ in
            guard let found = try result.text else { return 0 }
            guard let wanted = try expected.text else {
                throw GodHandError(.invalidRequest, "There is no file to hold this one against.")
            }
            // Keys, because equal texts of Swift may be different code points.
            let key = { (line: String) in Array(line.utf8) }
            return SequenceRatio(PythonText.lines(found).map(key), PythonText.lines(wanted).map(key)).ratio
        },
        "compare_python_pure_text": { result, expected, _ in
            guard let found = try result.text, let wanted = try expected.text else { return 0 }
            return PythonText.same(pureCode(found), pureCode(wanted)).score
        },
    ]

    /// Lines as Python reads them from a file: each with its end, if it has one.
    static func linesWithEnds(_ text: String) -> [String] {
        var lines = PythonText.parts(text, between: "\n").map { $0 + "\n" }
        if let last = lines.popLast(), last != "\n" { lines.append(String(last.unicodeScalars.dropLast())) }
        return lines
    }

    /// Code without what editors and notebooks put around it: the first lines that speak to the system, empty lines, and
    /// blanks at the ends.
    private static func pureCode(_ text: String) -> String {
        var lines = PythonText.lines(text)[...]
        for _ in 0..<3 {
            guard let first = lines.first.map(PythonText.stripped),
                ["#!", "# -*- coding:", "# coding:", "# coding="].contains(where: { PythonText.begins(first, $0) })
            else { break }
            lines = lines.dropFirst()
        }
        return lines.filter { !PythonText.stripped($0).isEmpty }.map { line in
            // From the front, blanks count; so a mark keeps them.
            String(PythonText.stripped("|" + tabsExpanded(line)).dropFirst())
        }.joined(separator: "\n")
    }

    /// Every tab as blanks up to the next column of four.
    private static func tabsExpanded(_ line: String) -> String {
        var column = 0
        var expanded = String.UnicodeScalarView()
        for next in line.unicodeScalars {
            guard next == "\t" else {
                expanded.append(next)
                column += 1
                continue
            }
            repeat {
                expanded.append(" ")
                column += 1
            } while !column.isMultiple(of: 4)
        }
        return String(expanded)
    }
}

/// A pattern that is looked for anywhere.
struct PythonPattern {
    private let expression: NSRegularExpression

    init(_ pattern: String) throws {
        do {
            expression = try NSRegularExpression(pattern: pattern)
        } catch {
            throw GodHandError(.invalidRequest, "'\(pattern)' is no pattern.", cause: error)
        }
    }

    func isFound(in text: String) -> Bool {
        expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
}

/// A number as text, as Python's `float` reads it.
enum PythonNumber {
    static func read(_ text: String) -> Double? {
        let text = PythonText.stripped(text)
        // Swift reads sixteens, Python does not.
        return text.lowercased().contains("x") ? nil : Double(text)
    }
}
