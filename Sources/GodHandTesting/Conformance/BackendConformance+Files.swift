import Foundation

extension BackendConformance {
    func checkFiles() async throws {
        try await withShell { sandbox in
            let path = "\(directory)/a file with 'odd' \"name\" $x"
            for contents in [(0..<70_000).map { UInt8(truncatingIfNeeded: $0) }, [], [0]] {
                try await sandbox.writeFile(path, contents)
                let read = try await sandbox.readFile(path)
                try expect(read == contents, "A file of \(contents.count) bytes came back with \(read.count).")
            }
            try await sandbox.writeFile(path, "0123456789")
            try await expect(.limitExceeded, "Reading more than the limit") {
                _ = try await sandbox.readFile(path, limit: 9)
            }
        }
    }

    func checkTrees() async throws {
        try await withTemporaryDirectory { host in
            let long = String(repeating: "n", count: 120)
            let files: [String: [UInt8]] = [
                "empty": [], "deep/er/\(long)/data": (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 >> 3) },
                "deep/ünï code": Array("x".utf8),
            ]
            for (path, contents) in files {
                let file = URL(fileURLWithPath: "\(host)/in/\(path)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(contents).write(to: file)
            }
            try await withShell { sandbox in
                try await sandbox.copyIn(from: "\(host)/in", to: "\(directory)/tree")
                try await sandbox.copyOut(from: "\(directory)/tree", to: "\(host)/out")
                try await sandbox.copyOut(from: "\(directory)/tree/empty", to: "\(host)/single")
            }
            for (path, contents) in files {
                let data = try Data(contentsOf: URL(fileURLWithPath: "\(host)/out/\(path)"))
                try expect(Array(data) == contents, "The file '\(path)' came back changed.")
            }
            let count = FileManager.default.enumerator(atPath: "\(host)/out")?.allObjects.count
            try expect(count == 6, "6 files and directories went in, \(count ?? 0) came back.")
            try expect(
                try Data(contentsOf: URL(fileURLWithPath: "\(host)/single")).isEmpty, "An empty file came back changed."
            )
        }
    }

    func checkMissingFiles() async throws {
        try await withTemporaryDirectory { host in
            try await withShell { sandbox in
                let path = "\(directory)/not-there"
                try await expect(.notFound, "Reading a missing file") { _ = try await sandbox.readFile(path) }
                try await expect(.notFound, "Copying a missing file") {
                    try await sandbox.copyOut(from: path, to: "\(host)/out")
                }
                try await expect(.notFound, "Writing into a missing directory") {
                    try await sandbox.writeFile("\(path)/file", "x")
                }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: host)
            try expect(left.isEmpty, "A copy that failed left \(left) on the host.")
        }
    }
}
