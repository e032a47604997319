import Foundation
import GodHandCore
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceSupport

extension Call {
    /// The most bytes of a body.
    static let bodyLimit = 64 << 10

    /// Reads the body as JSON.
    ///
    /// - Throws: ``Problem`` if it is something else, too large, too deep, or too slow.
    func json() async throws -> JSONValue {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
        guard type?.lowercased() == "application/json" else {
            throw Problem(
                .unsupportedMediaType, "request.invalid", "The body must be JSON.",
                hint: "Send it with Content-Type: application/json.")
        }
        let bytes = try await body()
        guard JSONBody.depth(of: bytes.readableBytesView) <= 16 else { throw Problem.invalid("The body is too deep.") }
        do { return try JSONDecoder().decode(JSONValue.self, from: Data(bytes.readableBytesView)) } catch {
            throw Problem.invalid("The body is no JSON.")
        }
    }

    /// Reads the body away, where none is expected.
    func body() async throws -> ByteBuffer {
        var request = request
        do { return try await request.boundedBody(upTo: Self.bodyLimit, within: .seconds(15)) } catch let error
            as GodHandError
        {
            switch error.code {
            case .limitExceeded:
                throw Problem(.contentTooLarge, "limit", error.message, hint: "Send at most \(Self.bodyLimit) bytes.")
            case .deadlineExceeded: throw Problem(.requestTimeout, "deadline", error.message)
            default: throw error
            }
        }
    }

    /// The value of a query parameter as a whole number.
    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text), range.contains(number), !text.hasPrefix("+") else {
            throw Problem.invalid("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}

enum JSONBody {
    /// How deep lists and objects of a text are nested, so that what cannot be read is refused before anybody tries.
    static func depth(of bytes: some Sequence<UInt8>) -> Int {
        var (depth, deepest) = (0, 0)
        var (isText, isEscaped) = (false, false)
        for byte in bytes {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return deepest
    }

    /// The parameters of a query.
    ///
    /// - Throws: ``Problem`` if one is unknown, given twice, or wrongly escaped.
    static func query(_ text: String?, allowing names: Set<String>) throws -> [String: String] {
        var found: [String: String] = [:]
        for pair in (text ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = parts.map {
                $0.split(separator: "+", omittingEmptySubsequences: false).joined(separator: " ")
            }
            .map(\.removingPercentEncoding)
            guard let name = decoded[0], let value = decoded.count > 1 ? decoded[1] : "" else {
                throw Problem.invalid("The query is wrongly escaped.")
            }
            guard names.contains(name) else {
                let known = names.isEmpty ? "none" : names.sorted().joined(separator: ", ")
                throw Problem.invalid("A query parameter is not known.", hint: "Known: \(known).")
            }
            guard found.updateValue(value, forKey: name) == nil else {
                throw Problem.invalid("The query parameter \(name) is given twice.")
            }
        }
        return found
    }
}
