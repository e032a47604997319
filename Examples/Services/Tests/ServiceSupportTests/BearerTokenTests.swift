import Foundation
import GodHandCore
import ServiceSupport
import Testing

@Suite("Tokens")
struct BearerTokenTests {
    @Test(
        "what fits into no header is no token",
        arguments: ["", "short", "with a space in between", "täglich-frische-butter", "line\nfeed-line-feed"])
    func refused(_ text: String) {
        #expect(throws: GodHandError.self) { try BearerToken(text) }
    }

    @Test("two made ones differ, and neither shows itself")
    func made() throws {
        let (one, other) = (BearerToken.random(), BearerToken.random())
        #expect(one.revealed != other.revealed)
        #expect(one.revealed.count == 43)
        #expect(!"\(one)".contains(one.revealed))
        #expect(try BearerToken(one.revealed).admits(authorization: "Bearer \(one.revealed)"))
    }

    @Test("a file is made once, for its owner alone, and then read")
    func file() throws {
        let path = NSTemporaryDirectory() + "token-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let made = try BearerToken.find(file: path, variable: "T", in: [:])
        let read = try BearerToken.find(file: path, variable: "T", in: [:])
        #expect(made.token.revealed == read.token.revealed)
        #expect(read.source == .file(path))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)

        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: GodHandError.self) { try BearerToken.find(file: path, variable: "T", in: [:]) }
    }

    @Test("without a file the environment counts, and without that a new one is made")
    func environment() throws {
        let named = try BearerToken.find(file: nil, variable: "T", in: ["T": "correct-horse-battery"])
        #expect(named.token.revealed == "correct-horse-battery")
        #expect(named.source == .environment("T"))
        #expect(try BearerToken.find(file: nil, variable: "T", in: ["T": ""]).source == .made)
    }
}
