import Testing

@testable import GodHandCore

@Suite struct HashTests {
    /// The examples that NIST publishes with FIPS 180-4, and lengths around the edges of a block.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func `SHA-256 of the published examples`(text: String, expected: String) {
        #expect(SHA256.hexadecimal(text.utf8) == expected)
    }

    @Test func `SHA-256 of a million letters`() {
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(SHA256.hexadecimal(letters) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test(arguments: [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000])
    func `SHA-256 does not depend on how the bytes arrive`(length: Int) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for piece in [1, 7, 63, 64, 65] {
            var hash = SHA256()
            for start in stride(from: 0, to: length, by: piece) {
                Array(bytes[start..<min(length, start + piece)]).withUnsafeBytes { hash.update($0) }
            }
            #expect(hash.finalize() == SHA256.hash(bytes))
        }
    }

    @Test(arguments: [("", UInt32(0)), ("123456789", 0xcbf4_3926), ("IEND", 0xae42_6082)])
    func `CRC-32 of the published examples`(text: String, expected: UInt32) {
        #expect(CRC32.checksum(text.utf8) == expected)
    }
}
