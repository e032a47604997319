extension Sandbox {
    /// The most text that is taken from or put into a clipboard, in bytes of UTF-8.
    public static let clipboardLimit = 1 << 20

    /// The text in the guest's clipboard, which is what programs paste with `ctrl+v`; empty if there is none.
    ///
    /// - Throws: ``GodHandError`` with `unsupported` or `exec.failed` if the machine cannot run `xclip`, and `limit` for
    ///   more than ``clipboardLimit``.
    public func clipboard() async throws -> String {
        let command = ["xclip", "-selection", "clipboard", "-out", "-target", "UTF8_STRING"]
        let result = try await exec(command, outputLimit: Self.clipboardLimit)
        guard result.droppedBytes == 0 else {
            throw GodHandError(.limitExceeded, "The guest's clipboard holds more than \(Self.clipboardLimit) bytes.")
        }
        if result.isSuccess { return result.output }
        // An empty clipboard, or a picture in it, is no failure: there is no text.
        guard result.errorOutput.contains("not available") else { throw Self.clipboardFailure(result.status) }
        return ""
    }

    /// Puts text into the guest's clipboard.
    ///
    /// - Throws: ``GodHandError`` with `unsupported` or `exec.failed` if the machine cannot run `xclip`, and
    ///   `request.invalid` for more than ``clipboardLimit``.
    public func setClipboard(_ text: String) async throws {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.clipboardLimit else {
            throw GodHandError(.invalidRequest, "A text of \(bytes.count) bytes is more than a clipboard takes here.")
        }
        // The program goes on in the background to answer those who paste, and must not keep our pipes open. The line
        // for the shell is fixed: the text comes by standard input.
        let command = ["sh", "-c", "exec xclip -selection clipboard -in >/dev/null 2>&1"]
        let result = try await exec(command, input: .bytes(bytes))
        guard result.isSuccess else { throw Self.clipboardFailure(result.status) }
        // It ends a moment before its child in the background has told the X server that it owns the clipboard.
        for _ in 0..<100 where try await clipboard() == text { return }
        throw GodHandError(
            .guestUnresponsive, "The guest's clipboard did not take the text.",
            hint: "A clipboard manager or another program may have replaced it at once.")
    }

    private static func clipboardFailure(_ status: ExitStatus) -> GodHandError {
        GodHandError(
            .execFailed, "xclip in the guest ended with \(status).",
            hint: "The image must have xclip, and its X server must be up.")
    }
}
