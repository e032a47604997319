import Testing

@testable import GodHandSandbox

@Suite(.enabled(if: XvncServer.has("xclip"), "needs Xvnc and xclip"), .timeLimit(.minutes(1)))
struct ClipboardTests {
    private struct LocalMachine: Machine {
        let id = SandboxID.unique()
        let shell: (any Shell)?
        func destroy() async throws {}
    }

    @Test func `text goes in and comes out as it was`() async throws {
        let server = try XvncServer()
        let sandbox = Sandbox(
            machine: LocalMachine(shell: server.shell), spec: SandboxSpec(image: "none", screen: nil), backend: "local")
        #expect(try await sandbox.clipboard() == "")
        for text in ["plain", "日本語 🙂 e\u{301}\n\ttwo lines\n", String(repeating: "long ", count: 100_000), ""] {
            try await sandbox.setClipboard(text)
            #expect(try await sandbox.clipboard() == text)
        }
        await #expect(throws: GodHandError.self) {
            try await sandbox.setClipboard(String(repeating: "x", count: Sandbox.clipboardLimit + 1))
        }
    }
}
