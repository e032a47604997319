public import GodHandCore

/// What a getter found in a machine: a value, or a file.
public enum Evidence: Sendable, Hashable {
    /// A value. Null is what Python's getters return where there is nothing.
    case value(JSONValue)
    /// What is in a file.
    case file([UInt8])

    /// The value; a file has none.
    var value: JSONValue {
        get throws {
            guard case .value(let value) = self else {
                throw GodHandError(.invalidRequest, "A file was found where the evaluator looks at a value.")
            }
            return value
        }
    }

    /// The text of the file, with line feeds as Python's text files have them; nil if there is no file.
    var text: String? {
        get throws { try bytes.map(PythonText.read) }
    }

    /// What is in the file; nil if there is none.
    var bytes: [UInt8]? {
        get throws {
            switch self {
            case .file(let bytes): return bytes
            case .value(.null): return nil
            case .value:
                throw GodHandError(.invalidRequest, "A value was found where the evaluator looks into a file.")
            }
        }
    }

    /// Whether Python would take it for something.
    var isSomething: Bool {
        switch self {
        case .file, .value(.bool(true)): true
        case .value(.null), .value(.bool(false)), .value(.integer(0)): false
        case .value(.number(let number)): number != 0
        case .value(.string(let text)): !text.isEmpty
        case .value(.array(let elements)): !elements.isEmpty
        case .value(.object(let members)): !members.isEmpty
        case .value(.ordered(let members)): !members.isEmpty
        case .value(.integer): true
        }
    }
}
