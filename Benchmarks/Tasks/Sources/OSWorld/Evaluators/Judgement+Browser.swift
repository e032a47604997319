import Foundation
import GodHandCore

extension Judgement {
    /// What the browser shows and keeps.
    static let browser: [String: Function] = [
        "is_expected_active_tab_approximate": { result, rules, _ in
            guard result.isSomething else { return 0 }
            guard try rule(rules, "type") == "url" else { return 0 }
            guard let found = try address(try result.value) else { return 0 }
            return PythonText.same(withoutQuery(try text(try rule(rules, "url"))), withoutQuery(found)).score
        },
        "is_expected_url_pattern_match": { result, rules, _ in
            guard result.isSomething, let found = try address(try result.value) else { return 0 }
            return try texts(try rule(rules, "expected")).allSatisfy {
                try PythonPattern($0).isFound(in: found)
            }.score
        },
        "is_expected_search_query": { result, rules, _ in
            guard result.isSomething else { return 0 }
            guard let pattern = try rule(rules, "expect")["pattern"]?.string,
                let found = try result.value["url"]?.string
            else { throw GodHandError(.invalidRequest, "There is no pattern, or no address.") }
            return try PythonPattern(pattern).isFound(in: found).score
        },
        "is_expected_installed_extensions": { result, rules, _ in
            guard result.isSomething else { return 0 }
            return Set(try texts(try rule(rules, "expected"))).isSubset(of: try texts(try result.value)).score
        },
        "is_expected_bookmarks": { result, rules, _ in
            guard result.isSomething else { return 0 }
            let type = try text(try rule(rules, "type"))
            guard let bar = try result.value["bookmark_bar"]?["children"]?.array else {
                throw GodHandError(.invalidRequest, "There is no bar in the bookmarks.")
            }
            switch type {
            case "bookmark_bar_folders_names":
                return (try bookmarks(bar, "folder", "name") == Set(try texts(try rule(rules, "names")))).score
            case "bookmark_bar_websites_urls":
                return (try bookmarks(bar, "url", "url") == Set(try texts(try rule(rules, "urls")))).score
            default: throw GodHandError(.unsupported, "The rule is of the type '\(type)', which is not known.")
            }
        },
        "is_shortcut_on_desktop": { result, rules, _ in
            let type = try text(try rule(rules, "type"))
            guard let key = ["name": "Name=", "exec": "Exec="][type] else {
                throw GodHandError(.unsupported, "The rule is of the type '\(type)', which is not known.")
            }
            guard case .object(let files) = try result.value else {
                throw GodHandError(.invalidRequest, "There are no files of the desktop.")
            }
            let line = key + (try text(try rule(rules, type))) + "\n"
            return try files.values.contains { PythonText.holds(try text($0), line) }.score
        },
        "check_history_deleted": { result, rules, _ in
            guard try rule(rules, "type") == "keywords", let visits = try result.value.array else {
                throw GodHandError(.invalidRequest, "There is no history, or the rule is of a type that is not known.")
            }
            let words = try texts(try rule(rules, "keywords"))
            return try visits.allSatisfy { visit in
                let address = try text(visit.array?.first ?? .null)
                return !words.contains { PythonText.holds(address, $0) }
            }.score
        },
        "check_font_size": { result, rules, _ in
            guard let size = try result.value["default_font_size"] else {
                throw GodHandError(.invalidRequest, "There is no size of letters.")
            }
            switch try rule(rules, "type") {
            case "value": return size.equals(try rule(rules, "value")).score
            case "range":
                guard let size = size.double, let least = try rule(rules, "min").double,
                    let most = try rule(rules, "max").double
                else { throw GodHandError(.invalidRequest, "A size is a number.") }
                return (least < size && size < most).score
            default: throw GodHandError(.invalidRequest, "The rule is of a type that is not known.")
            }
        },
        "is_added_to_steam_cart": { result, rules, _ in
            guard let page = try result.value["content"]?.string else {
                throw GodHandError(.invalidRequest, "There is no page.")
            }
            return try texts(try rule(rules, "items")).allSatisfy { PythonText.holds(page, $0) }.score
        },
    ]

    /// The address in what was found out about a tab; nil if there is none.
    private static func address(_ value: JSONValue) throws -> String? {
        if case .object = value { return value["url"]?.string }
        return value.string
    }

    /// An address without what stands between the question mark and the number sign.
    private static func withoutQuery(_ address: String) -> String {
        let bytes = Array(address.utf8)
        let end = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.endIndex
        let begin = bytes[..<end].firstIndex(of: UInt8(ascii: "?")) ?? end
        // A number sign with nothing behind it goes, too: that is what taking apart and joining leaves.
        let rest = bytes.endIndex - end > 1 ? bytes[end...] : []
        return String(decoding: bytes[..<begin] + rest, as: UTF8.self)
    }

    /// The names or addresses of the bookmarks of a type.
    private static func bookmarks(_ bar: [JSONValue], _ type: JSONValue, _ name: String) throws -> Set<String> {
        Set(try bar.filter { $0["type"] == type }.map { try text($0[name] ?? .null) })
    }
}
