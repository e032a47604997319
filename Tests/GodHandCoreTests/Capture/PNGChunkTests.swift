import Foundation
import Testing

@testable import GodHandCore

@Suite struct PNGChunkTests {
    private static let own = [UInt8](
        (try? PNG.encode(Frame.filled(Size(width: 9, height: 7), red: 1, green: 2, blue: 3))) ?? Data())
    /// Behind the signature and the first chunk.
    private static let head = 33

    private static func chunk(_ name: String, _ content: String) -> [UInt8] {
        func number(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 0xff) } }
        let body = Array(name.utf8) + Array(content.utf8)
        return number(UInt32(content.utf8.count)) + body + number(CRC32.checksum(body))
    }

    @Test func `what we make holds nothing but pixels`() {
        #expect(PNG.pixelsOnly(Data(Self.own)) == Data(Self.own))
    }

    @Test(arguments: ["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "iCCP", "prVt", "fdAT"])
    func `other chunks go, and the picture stays`(name: String) throws {
        let extra = Self.chunk(name, "Comment\0a secret")
        let file = Self.own[..<Self.head] + extra + Self.own[Self.head...] + Array("behind the end".utf8)
        #expect(PNG.pixelsOnly(Data(file)) == Data(Self.own))
        #expect(PNG.pixelsOnly(Data(Self.own[..<Self.head] + extra + Self.own[Self.head...])) == Data(Self.own))
    }

    @Test func `palette and transparency are of the picture`() throws {
        let file = Data(
            Self.own[..<Self.head] + Self.chunk("PLTE", "abc") + Self.chunk("tRNS", "a") + Self.own[Self.head...])
        #expect(PNG.pixelsOnly(file) == file)
    }

    @Test func `what breaks off, or is no picture, is nothing`() {
        for length in 0..<Self.own.count { #expect(PNG.pixelsOnly(Data(Self.own[..<length])) == nil) }
        #expect(PNG.pixelsOnly(Data("a secret".utf8)) == nil)
        var long = Self.own
        long[Self.head] = 0xff
        #expect(PNG.pixelsOnly(Data(long)) == nil, "a chunk that is longer than the file")
    }
}
