import GodHandCore

extension Sandbox {
    /// Opens an address in the browser, or starts a program, and does not wait for it.
    ///
    /// Its standard streams lead nowhere, so that it is not tied to the command that started it.
    func open(_ target: String) async throws {
        let program = target.contains("://") ? ["firefox-esr", "--new-window", target] : [target]
        guard !target.hasPrefix("-"), !target.isEmpty else {
            throw GodHandError(.invalidRequest, "'\(target.shortened(to: 80))' is neither a program nor an address.")
        }
        let result = try await exec(
            ["sh", "-c", #"exec setsid -f "$@" </dev/null >/dev/null 2>&1"#, "sh"] + program, timeout: .seconds(10))
        guard result.isSuccess else {
            throw GodHandError(
                .execFailed, "'\(program[0])' could not be started: \(result.status).",
                hint: "Use an image in which it is installed.")
        }
    }
}
