import Foundation

/// An answer of the engine that is an error.
struct EngineFailure {
    let status: Int
    /// What the engine says, cut to a length that fits a message.
    let message: String

    init(status: Int, body: [UInt8]) {
        struct Message: Decodable { let message: String }
        self.status = status
        let text =
            (try? JSONDecoder().decode(Message.self, from: Data(body)).message) ?? String(decoding: body, as: UTF8.self)
        message = String(text.prefix(500)).split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// Our word for it. The engine tells kinds of failure apart only by its texts, which have been stable for years.
    func error(while what: String) -> GodHandError {
        func has(_ text: String) -> Bool { message.localizedCaseInsensitiveContains(text) }
        func make(_ code: GodHandError.Code, _ hint: String?) -> GodHandError {
            GodHandError(code, "The engine did not \(what): \(message) (status \(status)).", hint: hint)
        }
        if has("no space left on device") {
            return make(.diskFull, "Free space on the engine's disk: docker system df shows what uses it.")
        }
        if has("no such image") || has("manifest unknown") || has("pull access denied") {
            return make(.imageMissing, "Build it with make image, or pull it with your engine.")
        }
        if has("port is already allocated") || has("address already in use") {
            return make(.portInUse, "Choose another host port, or end the program that has it.")
        }
        if has("already in use by container") || has("already exists") {
            return make(.nameTaken, "Choose another name, or destroy the sandbox that has it.")
        }
        switch status {
        case 400: return make(.invalidRequest, nil)
        case 404: return make(.notFound, "It may have been removed from outside.")
        default: return make(.engineFailed, "See the engine's own log.")
        }
    }
}
