#if os(Linux) && arch(x86_64)
    import Foundation
    import GodHandCore
    import Testing

    @testable import GodHandSandbox

    @Suite("Memory of another process", .timeLimit(.minutes(1))) struct ProcessMemoryTests {
        private static let size = 8 << 20
        /// Where no process has anything.
        private static let address: UInt = 0x1000_0000_0000

        @Test("A process that waits is given a file as memory, and goes on waiting")
        func replace() throws {
            let directory = try TemporaryDirectory()
            let path = directory.file("memory")
            let bytes = (0..<Self.size).map { UInt8(truncatingIfNeeded: $0 >> 9) }
            try Data(bytes).write(to: URL(filePath: path))
            let pipe = PrivatePipe()
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            // What is to be mapped is its standard output, which it never uses.
            let process = try LocalCommand.spawn(
                Command(["sh", "-c", "read code; exit $code"]), environment: [:],
                standardStreams: [pipe.fileHandleForReading, file])
            let memory = ProcessMemory(process: process, address: Self.address, size: Self.size)
            // Also in the middle of its start, and again and again.
            for _ in 0..<50 {
                try memory.replace(by: 1)
                let found = try ProcessMemory(of: path, in: process)
                #expect(found.address == Self.address && found.size == Self.size)
                #expect(try found.privatePages().count == 0)
                var (written, read) = (
                    [UInt8](repeating: 7, count: PageSet.pageSize), [UInt8](repeating: 0, count: PageSet.pageSize)
                )
                var page = PageSet()
                page.append(from: 3, to: 4)
                try written.withUnsafeMutableBytes { buffer in
                    let start = try #require(buffer.baseAddress)
                    try found.write(page) { _ in start }
                }
                #expect(try found.privatePages() == page)
                // What was written is the process's own, and goes with the next exchange.
                try memory.replace(by: 1)
                try read.withUnsafeMutableBytes { buffer in
                    let start = try #require(buffer.baseAddress)
                    try found.read(page) { _ in start }
                }
                #expect(read == Array(bytes[(3 * PageSet.pageSize)..<(4 * PageSet.pageSize)]))
            }
            try pipe.fileHandleForWriting.write(contentsOf: Data("7\n".utf8))
            var status: Int32 = 0
            #expect(waitpid(process, &status, 0) == process)
            #expect(status == 7 << 8)
        }

        @Test("What cannot be mapped changes nothing, and neither does a process that is gone")
        func refused() throws {
            let pipe = PrivatePipe()
            let process = try LocalCommand.spawn(
                Command(["sh", "-c", "read code; exit $code"]), environment: [:],
                standardStreams: [pipe.fileHandleForReading])
            let memory = ProcessMemory(process: process, address: Self.address, size: Self.size)
            // It has no such descriptor.
            #expect(throws: GodHandError.self) { try memory.replace(by: 900) }
            try pipe.fileHandleForWriting.write(contentsOf: Data("3\n".utf8))
            var status: Int32 = 0
            #expect(waitpid(process, &status, 0) == process)
            #expect(status == 3 << 8)
            #expect(throws: GodHandError.self) { try memory.replace(by: 0) }
        }
    }
#endif
