import GodHandCore
import TaskBench

extension VerdictCases {
    /// A text of short lines, ended in various ways.
    private static func text(_ numbers: inout SeededNumbers) -> String {
        some(5, &numbers) { numbers in
            word(&numbers) + one(of: ["\n", "\n", "\n", "\r\n", "\r", "\u{b}", "\u{2028}", "\t"], &numbers)
        }.joined() + word(&numbers)
    }

    /// A text, and often the same or nearly the same again.
    private static func pair(_ numbers: inout SeededNumbers) -> (String, String) {
        let first = text(&numbers)
        let second = one(
            of: [first, first, first.uppercased(), first + "\n", " " + first, text(&numbers)], &numbers)
        return (first, second)
    }

    static var textFiles: [Maker] {
        [
            { numbers in
                VerdictCase("file_contains", .file(text(&numbers)), .value(["expected": words(2, &numbers)]))
            },
            { numbers in
                let times = ["12:30:05", "23:59:60", "24:00:00", "1:00:00", "00:00:00 and 01:01:01", "none"]
                let lines = some(4, &numbers) { one(of: times, &$0) }
                let count = Int.random(in: 0...3, using: &numbers)
                let wanted: JSONValue = one(
                    of: [.integer(count), .string("\(count)"), .string(" \(count)\n")], &numbers)
                return VerdictCase(
                    "check_line_number", .file(lines.joined(separator: one(of: ["\n", "\r\n"], &numbers))),
                    .value(["expected": wanted]))
            },
            { numbers in
                let patterns: [JSONValue] = ["^a", "b$", "\\d", "(?i)A", "a.b", "^$", "é", "("]
                let rules: JSONValue = [
                    "expect": .array(some(1, &numbers) { one(of: patterns, &$0) }),
                    "unexpect": .array(some(1, &numbers) { one(of: patterns, &$0) }),
                ]
                return VerdictCase("check_list", .file(text(&numbers)), .value(rules))
            },
            { numbers in
                let (a, b) = pair(&numbers)
                let options: JSONValue = [
                    "ignore_blanks": one(of: [true, false], &numbers), "ignore_case": one(of: [true, false], &numbers),
                ]
                return VerdictCase("compare_text_file", .file(a), .file(b), options: options)
            },
            { numbers in
                let (a, b) = pair(&numbers)
                return VerdictCase("compare_config", .file(a), .value(["expected": .string(b)]))
            },
            { numbers in
                let numerals = ["1", "1.0", "1.00001", " 1 \n", "a 1 b", "1e0", "0x1", "inf", "nan", "a", ""]
                return VerdictCase(
                    "compare_result_files", .file(one(of: numerals, &numbers)), .file(one(of: numerals, &numbers)))
            },
            { numbers in
                // Sometimes so long that lines which are everywhere count less.
                let most = one(of: [6, 6, 6, 300], &numbers)
                func lines(_ numbers: inout SeededNumbers) -> String {
                    some(most, &numbers) { one(of: ["a", "b", "c", "é", "e\u{301}", ""], &$0) + "\n" }.joined()
                }
                return VerdictCase("diff_text_file", .file(lines(&numbers)), .file(lines(&numbers)))
            },
            { numbers in
                let lines = [
                    "#!/usr/bin/python\n", "# coding: utf-8\n", "\tx = 1\n", "    x = 1\n", "x = 1  \n", "\n", "y\n",
                ]
                let code = some(5, &numbers) { one(of: lines, &$0) }
                let other = one(
                    of: [code, code.filter { $0 != "\n" }, some(5, &numbers) { one(of: lines, &$0) }], &numbers)
                return VerdictCase("compare_python_pure_text", .file(code.joined()), .file(other.joined()))
            },
        ]
    }
}
