import Foundation
import GodHandCore

/// A new directory for a trace in another format, with each picture in it once. Like a trace it is for this user only.
struct ExportDirectory {
    let path: String
    private var pictures: Set<String> = []

    /// - Throws: `GodHandError` with `host.failed` if it cannot be made.
    init(_ directory: URL) throws {
        let path = directory.path(percentEncoded: false)
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        try HostFile.makeDirectory(self.path)
    }

    /// Stores a picture as `images/HASH.png`.
    ///
    /// - Returns: That path; nil for a picture that is missing in the trace.
    mutating func store(_ screenshot: Screenshot) throws -> String? {
        guard !screenshot.png.isEmpty else { return nil }
        let name = "images/\(SHA256.hexadecimal(screenshot.png)).png"
        if pictures.insert(name).inserted {
            try HostFile.makeDirectory("\(path)/images")
            try write(screenshot.png, as: name)
        }
        return name
    }

    /// - Throws: `GodHandError` with `host.failed` if there is such a file, `disk.full`.
    @discardableResult
    func write(_ data: Data, as name: String) throws -> URL {
        try HostFile.create("\(path)/\(name)").write([UInt8](data))
        return URL(filePath: "\(path)/\(name)")
    }

    /// Writes lines of JSON. Many readers, Python's `splitlines` among them, also break lines where Unicode allows it.
    @discardableResult
    func write(lines: [JSONValue], as name: String) throws -> URL {
        var text = ""
        for line in lines {
            for scalar in String(decoding: try line.written(), as: UTF8.self).unicodeScalars {
                switch scalar {
                case "\u{85}", "\u{2028}", "\u{2029}":
                    let digits = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                default: text.unicodeScalars.append(scalar)
                }
            }
            text += "\n"
        }
        return try write(Data(text.utf8), as: name)
    }
}

extension JSONValue {
    /// A value as JSON.
    init(encoding value: some Encodable) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
    }

    /// Reads a value from JSON.
    func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: JSONEncoder().encode(self))
    }

    /// An object of the members that are there.
    static func members(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(Dictionary(members.compactMap { pair in pair.1.map { (pair.0, $0) } }, uniquingKeysWith: { $1 }))
    }

    /// The members of an object; none if it is not one.
    var object: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
}
