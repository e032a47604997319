import Foundation
import TestSupport
import Testing

@testable import GodHandCore

@Suite struct PNGTests {
    @Test(
        arguments: [(1, 1), (3, 7), (1279, 801), (1, 16_384), (16_384, 1), (64, 64)],
        [PNGEncoding.fast, .small])
    func `the same pixels come back`(_ sides: (Int, Int), encoding: PNGEncoding) throws {
        var random = SeededGenerator(seed: UInt64(sides.0 * 31 + sides.1))
        let frame = try Frame.noise(Size(width: sides.0, height: sides.1), using: &random)
        let file = try PNG.encode(frame, as: encoding)
        #expect(try PNG.decode(file) == frame)
    }

    @Test func `a flat screen becomes a small file`() throws {
        let frame = try Frame.filled(Size(width: 1280, height: 800), red: 240, green: 240, blue: 242)
        let file = try PNG.encode(frame)
        #expect(file.count < 25_000)
        #expect(try PNG.encode(frame, as: .small).count <= file.count)
    }

    @Test func `gray, palette and transparency are read`() throws {
        let gray = HandmadePNG(width: 2, height: 1, kind: 0, rows: [0, 10, 200])
        #expect(try PNG.decode(gray.bytes).pixels == [10, 10, 10, 255, 200, 200, 200, 255])

        let bits = HandmadePNG(width: 4, height: 1, depth: 1, kind: 0, rows: [0, 0b1010_0000])
        #expect(try PNG.decode(bits.bytes).reds == [255, 0, 255, 0])

        let palette = HandmadePNG(
            width: 3, height: 1, kind: 3,
            chunks: [("PLTE", [1, 2, 3, 4, 5, 6, 7, 8, 9]), ("tRNS", [255, 0])], rows: [0, 0, 1, 2])
        #expect(try PNG.decode(palette.bytes).pixels == [1, 2, 3, 255, 255, 255, 255, 255, 7, 8, 9, 255])

        let deep = HandmadePNG(width: 1, height: 1, depth: 16, kind: 2, rows: [0, 255, 255, 128, 0, 0, 0])
        #expect(try PNG.decode(deep.bytes).pixels == [255, 128, 0, 255])

        let clear = HandmadePNG(width: 2, height: 1, kind: 6, rows: [0, 0, 100, 200, 128, 9, 9, 9, 0])
        #expect(try PNG.decode(clear.bytes).pixels == [127, 177, 227, 255, 255, 255, 255, 255])
    }

    @Test func `an interlaced file is read`() throws {
        // Adam7 over 3x2: passes 1, 4, 6 and 7 hold pixels.
        let rows: [UInt8] = [0, 10, 0, 30, 0, 20, 0, 40, 50, 60]
        let file = HandmadePNG(width: 3, height: 2, kind: 0, isInterlaced: true, rows: rows)
        #expect(try PNG.decode(file.bytes).reds == [10, 20, 30, 40, 50, 60])
    }

    @Test(arguments: [(0, 1), (1, 0), (16_385, 1), (1, 16_385), (6000, 6000), (0xffff_ffff, 0xffff_ffff)])
    func `a header that promises too much is refused before anything is allocated`(_ sides: (Int, Int)) {
        let file = HandmadePNG(width: sides.0, height: sides.1, kind: 2, rows: [0, 0, 0, 0]).bytes
        #expect(throws: GodHandError.self) { try PNG.decode(file) }
    }

    @Test func `the limit on pixels is the caller's`() throws {
        let file = try PNG.encode(Frame.filled(Size(width: 10, height: 10), red: 1, green: 2, blue: 3))
        #expect(throws: GodHandError.self) { try PNG.decode(file, maximumPixels: 99) }
        #expect(try PNG.decode(file, maximumPixels: 100).size == Size(width: 10, height: 10))
    }

    @Test func `a file that was cut short is an error at every length`() throws {
        var random = SeededGenerator(seed: 1)
        let file = try Array(PNG.encode(Frame.noise(Size(width: 9, height: 5), using: &random)))
        for length in 0..<file.count {
            let error = #expect(throws: GodHandError.self) { try PNG.decode(file[..<length]) }
            #expect(error?.code == .dataDamaged)
        }
    }

    @Test(arguments: [false, true])
    func `flipped bits give an error or a frame`(resigning: Bool) throws {
        var random = SeededGenerator(seed: 2)
        var originals = [try Array(PNG.encode(Frame.noise(Size(width: 9, height: 5), using: &random)))]
        originals.append(
            HandmadePNG(
                width: 3, height: 2, kind: 3, isInterlaced: true,
                chunks: [("PLTE", [1, 2, 3, 4, 5, 6, 7, 8, 9]), ("tRNS", [255, 0]), ("tEXt", [65, 0, 66])],
                rows: [0, 0, 0, 1, 0, 2, 0, 0, 1, 2]
            ).bytes)
        var frames = 0
        var errors = 0
        for round in 0..<2_000 {
            var file = originals[round % originals.count]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                file[Int.random(in: 0..<file.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            if resigning { file = HandmadePNG.resigned(file) }
            do {
                let frame = try PNG.decode(file, maximumPixels: 1 << 16)
                #expect(frame.pixels.count == frame.size.area * 4)
                frames += 1
            } catch let error as GodHandError {
                #expect(error.code == .dataDamaged || error.code == .limitExceeded)
                errors += 1
            }
        }
        #expect(errors > 0)
        // With right check sums most of the damage gets through, which is the point of them here.
        if resigning { #expect(frames > 0) }
    }

    @Test func `what is no PNG at all is refused`() {
        #expect(throws: GodHandError.self) { try PNG.decode([]) }
        #expect(throws: GodHandError.self) { try PNG.decode(Array("GIF89a and so on, long enough for a header".utf8)) }
    }
}

extension Frame {
    /// The red of every pixel, enough to tell gray pictures apart.
    fileprivate var reds: [UInt8] { stride(from: 0, to: pixels.count, by: 4).map { pixels[$0] } }
}
