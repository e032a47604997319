import Foundation
import Testing

@testable import GodHandCore

@Suite struct InflationTests {
    /// "hello hello hello hello\n", by gzip and by zlib.
    private static let gzip = Data(base64Encoded: "H4sIAAAAAAACA8tIzcnJV8hAJ7kAAIhZCxgAAAA=")
    private static let zlib = Data(base64Encoded: "eJzLSM3JyVfIQCe5AHC+CLs=")
    private static let text = Array("hello hello hello hello\n".utf8)

    @Test func `both formats are opened, and what breaks off as far as it goes`() throws {
        let (gzip, zlib) = (Array(try #require(Self.gzip)), Array(try #require(Self.zlib)))
        #expect(try #require(Inflation.content(of: gzip, limit: 100)).bytes == Self.text)
        #expect(try #require(Inflation.content(of: zlib, limit: 100)).bytes == Self.text)
        #expect(try #require(Inflation.content(of: gzip + gzip, limit: 100)).bytes == Self.text + Self.text)
        for length in 0..<gzip.count {
            let part = Inflation.content(of: Array(gzip[..<length]), limit: 100)?.bytes ?? []
            #expect(Self.text.starts(with: part))
        }
    }

    @Test func `no more comes out than asked for`() throws {
        let gzip = Array(try #require(Self.gzip))
        let content = try #require(Inflation.content(of: gzip, limit: 5))
        #expect(content.bytes == Array(Self.text.prefix(5)) && content.isCut)
        #expect(try #require(Inflation.content(of: gzip, limit: Self.text.count)).isCut == false)
    }

    @Test func `what is no stream is nothing`() {
        for bytes in [[], [0x1f], Array("plain words".utf8), [0x78, 0x9c, 0xff, 0xff, 0xff]] as [[UInt8]] {
            #expect(Inflation.content(of: bytes, limit: 100) == nil)
        }
    }
}
