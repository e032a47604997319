import GodHandCore

/// The secret by which a client shows that it may use a service.
///
/// It describes itself as dots, so that it cannot get into a log by accident.
public struct BearerToken: Sendable, CustomStringConvertible {
    private let secret: [UInt8]

    /// How many characters a token has.
    public static let lengths = 16...512

    /// Takes a secret.
    ///
    /// - Throws: `GodHandError` with `request.invalid` unless it has 16 to 512 visible ASCII characters, which is what
    ///   fits into a header.
    public init(_ secret: String) throws {
        let bytes = Array(secret.utf8)
        guard Self.lengths.contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw GodHandError(
                .invalidRequest, "The token cannot be used.",
                hint: "A token has 16 to 512 visible ASCII characters and no spaces.")
        }
        self.secret = bytes
    }

    private init(bytes: [UInt8]) { secret = bytes }

    /// A new one of 43 characters, which hold 256 random bits.
    public static func random() -> BearerToken {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var generator = SystemRandomNumberGenerator()
        return BearerToken(bytes: (0..<43).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }

    /// The secret itself, for the one place where it is handed to its owner.
    public var revealed: String { String(decoding: secret, as: UTF8.self) }

    /// Dots.
    public var description: String { "•••" }

    /// Whether the value of an `Authorization` header carries this token. How long it takes tells nothing about how much
    /// of the token was right.
    public func admits(authorization: String?) -> Bool {
        let scheme = "bearer "
        guard let authorization, authorization.utf8.count <= scheme.utf8.count + Self.lengths.upperBound,
            authorization.prefix(scheme.count).lowercased() == scheme
        else { return false }
        return admits(Array(authorization.utf8.dropFirst(scheme.utf8.count)))
    }

    /// Whether these bytes are the secret; in a time that depends on their number alone.
    public func admits(_ presented: [UInt8]) -> Bool {
        var difference = UInt(bitPattern: presented.count ^ secret.count)
        for (place, byte) in presented.enumerated() { difference |= UInt(byte ^ secret[place % secret.count]) }
        return difference == 0
    }
}
