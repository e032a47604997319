import MCPServer
import Testing

@Suite("Lines of a stream")
struct LineSplitterTests {
    private func lines(_ text: String, limit: Int = 8, pieces: Int) -> [LineSplitter.Line] {
        var splitter = LineSplitter(limit: limit)
        let bytes = Array(text.utf8)
        return stride(from: 0, to: bytes.count, by: pieces).flatMap {
            splitter.take(Array(bytes[$0..<min(bytes.count, $0 + pieces)]))
        }
    }

    @Test("are found however they are cut", arguments: [1, 2, 3, 100])
    func pieces(_ size: Int) {
        #expect(
            lines("one\r\n\n\ntwo\nunfinished"[...].description, limit: 10, pieces: size)
                == [.whole(Array("one".utf8)), .whole(Array("two".utf8))])
    }

    @Test("are dropped whole when they are too long, and told of once", arguments: [1, 3, 100])
    func long(_ size: Int) {
        #expect(
            lines("123456789012345678901234567890\n12345678\n123456789\nx\n", pieces: size)
                == [.tooLong, .whole(Array("12345678".utf8)), .tooLong, .whole(Array("x".utf8))])
    }

    @Test("that never end are told of as soon as they are too long")
    func endless() {
        var splitter = LineSplitter(limit: 4)
        #expect(splitter.take(Array("12345".utf8)) == [.tooLong])
        for _ in 0..<1000 { #expect(splitter.take([UInt8](repeating: 0x41, count: 1000)).isEmpty) }
        #expect(splitter.take(Array("\nok\n".utf8)) == [.whole(Array("ok".utf8))])
    }
}
