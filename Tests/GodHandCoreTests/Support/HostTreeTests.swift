import Foundation
import Testing

@testable import GodHandCore

/// Runs the host's own tar, which is what most guests have.
private func tar(_ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["tar"] + arguments
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
}

struct HostTreeTests {
    let manager = FileManager.default

    func make(_ files: [String: String], in root: String) throws {
        for (path, text) in files {
            let url = URL(fileURLWithPath: "\(root)/\(path)")
            try manager.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
    }

    func collect(_ tree: HostTree) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in tree { bytes += piece }
        return bytes
    }

    func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    static let long = String(repeating: "very-", count: 40)
    let files = ["a": "alpha", "d/e/f": String(repeating: "x", count: 300_000), "d/empty": "", "\(long)/é ü": "long"]

    @Test("The host's tar reads what we write")
    func toTar() async throws {
        try await withTemporaryDirectory { root in
            try make(files, in: "\(root)/in")
            let archive = try await collect(HostTree("\(root)/in", as: "renamed"))
            try Data(archive).write(to: URL(fileURLWithPath: "\(root)/archive.tar"))
            try manager.createDirectory(atPath: "\(root)/out", withIntermediateDirectories: true)
            #expect(try tar(["-x", "-o", "-f", "\(root)/archive.tar", "-C", "\(root)/out"]) == 0)
            for (path, contents) in files { #expect(try text("\(root)/out/renamed/\(path)") == contents) }
        }
    }

    @Test("We read what the host's tar writes, in each of its formats", arguments: ["gnu", "ustar", "pax"])
    func fromTar(_ format: String) async throws {
        try await withTemporaryDirectory { root in
            var files = files
            // The oldest of the formats splits a path in two, and cannot hold this one.
            if format == "ustar" { files[Self.long + "/é ü"] = nil }
            try make(files, in: "\(root)/in")
            let archive = "\(root)/archive.tar"
            #expect(try tar(["-c", "--format=\(format)", "-f", archive, "-C", root, "--", "in"]) == 0)
            var extractor = try HostExtractor(to: "\(root)/out")
            for piece in stride(from: 0, to: Int.max, by: 1000).lazy.prefix(1_000) {
                let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: archive)))
                guard piece < bytes.count else { break }
                try extractor.take(Array(bytes[piece..<min(bytes.count, piece + 1000)]))
            }
            try extractor.finish()
            for (path, contents) in files { #expect(try text("\(root)/out/\(path)") == contents) }
        }
    }

    @Test("Links and pipes of the host are refused")
    func refusals() async throws {
        try await withTemporaryDirectory { root in
            try make(["in/file": "x", "link/file": "x", "pipe/file": "x"], in: root)
            try manager.createSymbolicLink(atPath: "\(root)/link/l", withDestinationPath: "/etc/passwd")
            #expect(mkfifo("\(root)/pipe/p", 0o600) == 0)
            for name in ["link", "pipe"] {
                let error = await #expect(throws: GodHandError.self) {
                    _ = try await collect(HostTree("\(root)/\(name)", as: "x"))
                }
                #expect(error?.code == .invalidRequest)
            }
            let missing = await #expect(throws: GodHandError.self) {
                _ = try await collect(HostTree("\(root)/not-there", as: "x"))
            }
            #expect(missing?.code == .notFound)
            let limited = await #expect(throws: GodHandError.self) {
                _ = try await collect(HostTree("\(root)/in", as: "x", limits: TarLimits(entries: 1, bytes: 100)))
            }
            #expect(limited?.code == .limitExceeded)
        }
    }

    @Test("An archive is put in place whole or not at all")
    func extraction() async throws {
        try await withTemporaryDirectory { root in
            try make(["in/a": "1", "in/b": "2", "taken/x": "y"], in: root)
            let archive = try await collect(HostTree("\(root)/in", as: "top"))
            func extract(_ bytes: [UInt8], to target: String) throws {
                var extractor = try HostExtractor(to: target)
                do {
                    try extractor.take(bytes)
                    try extractor.finish()
                } catch {
                    extractor.discard()
                    throw error
                }
            }
            #expect(throws: GodHandError.self) { try extract(Array(archive.dropLast(1024)), to: "\(root)/cut") }
            let second = TarTests.hostile("other")
            #expect(throws: GodHandError.self) {
                try extract(archive.dropLast(1024) + second + TarWriter.end, to: "\(root)/two")
            }
            let taken = #expect(throws: GodHandError.self) { try extract(archive, to: "\(root)/taken") }
            #expect(taken?.code == .nameTaken)
            let nowhere = #expect(throws: GodHandError.self) { try extract(archive, to: "\(root)/no/where") }
            #expect(nowhere?.code == .notFound)
            #expect(Set(try manager.contentsOfDirectory(atPath: root)) == ["in", "taken"])
            try extract(archive, to: "\(root)/out")
            #expect(try text("\(root)/out/b") == "2")
        }
    }

    @Test("Permissions become the usual ones")
    func permissions() async throws {
        try await withTemporaryDirectory { root in
            var extractor = try HostExtractor(to: "\(root)/out")
            let entries: [(String, UInt16)] = [("top/a", 0o4777), ("top/b", 0o666), ("top/c", 0)]
            try extractor.take(try TarWriter.header(of: TarEntry(path: "top", isDirectory: true, mode: 0)))
            for (path, mode) in entries {
                try extractor.take(try TarWriter.header(of: TarEntry(path: path, isDirectory: false, mode: mode)))
            }
            try extractor.take(TarWriter.end)
            try extractor.finish()
            let modes = try ["a", "b", "c"].map {
                try manager.attributesOfItem(atPath: "\(root)/out/\($0)")[.posixPermissions] as? Int
            }
            #expect(modes == [0o755, 0o644, 0o644])
        }
    }
}
