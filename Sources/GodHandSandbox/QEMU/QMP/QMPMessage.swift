import Foundation

/// What a QMP server says, line by line.
enum QMPMessage: Sendable {
    /// The first line.
    case greeting(QEMUVersion)
    /// The result of the command with this id.
    case answer(id: Int, Result<JSONValue, QMPFailure>)
    /// Something that happened in the machine.
    case event(QMPEvent)

    /// Reads a line.
    ///
    /// - Throws: `GodHandError` with `protocol.violation` if it is none of the three.
    init(line: [UInt8]) throws {
        let object: JSONValue
        do { object = try JSONDecoder().decode(JSONValue.self, from: Data(line)) } catch {
            throw GodHandError(.protocolViolation, "QEMU sent a line that is not JSON.", cause: error)
        }
        if let name = object["event"]?.string {
            self = .event(QMPEvent(name: name, data: object["data"] ?? [:]))
        } else if let id = object["id"]?.integer {
            if let value = object["return"] {
                self = .answer(id: id, .success(value))
            } else {
                self = .answer(id: id, .failure(QMPFailure(object["error"])))
            }
        } else if let version = object["QMP"]?["version"]?["qemu"] {
            self = .greeting(QEMUVersion(major: version["major"]?.integer ?? 0, minor: version["minor"]?.integer ?? 0))
        } else if object["error"] != nil {
            throw GodHandError(
                .protocolViolation, "QEMU did not understand a command: \(QMPFailure(object["error"]).text)")
        } else {
            throw GodHandError(.protocolViolation, "QEMU sent a line that is no part of its protocol.")
        }
    }
}

/// Something that happened in a machine.
struct QMPEvent: Sendable, Hashable {
    /// QEMU's word for it: `STOP`, `RESUME`, `SHUTDOWN`, `MIGRATION`.
    var name: String
    /// What else QEMU tells; an empty object if nothing.
    var data: JSONValue = [:]
}

/// An error that QEMU answered. It is the cause of the `GodHandError` that callers get.
struct QMPFailure: Error, Hashable {
    /// QEMU's class of errors: `GenericError`, `CommandNotFound`, `DeviceNotFound` and few others.
    var kind: String
    /// QEMU's own words, cut to a bound.
    var text: String

    init(_ error: JSONValue?) {
        kind = String((error?["class"]?.string ?? "GenericError").prefix(64))
        text = String((error?["desc"]?.string ?? "it gave no reason").prefix(500))
    }
}

/// The version that a QEMU names in its greeting, for messages. What it can do is asked, not concluded from this.
struct QEMUVersion: Sendable, Hashable, CustomStringConvertible {
    var major: Int
    var minor: Int

    var description: String { "\(major).\(minor)" }
}
