import Testing

@testable import GodHandSandbox

/// Something that no honest screen server says, and a word of the reason for which it must be dropped.
struct HostileServer: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let reason: String
    var hasPassword = false

    var testDescription: String { name }

    static let all: [HostileServer] = versions + handshakes + messages + rectangles

    private static let versionLine = Array("RFB 003.008\n".utf8)

    private static let versions: [HostileServer] =
        [
            "RFB 003.003\n", "RFB 003.007\n", "RFB 003.889\n", "RFB 004.001\n", "RFB 000.000\n", "HTTP/1.1 400",
            "SSH-2.0-OpenS",
            "RFB 003.008 ", "rfb 003.008\n", "RFB 003.0080\n",
        ].prefix(9).map { HostileServer(name: "version \($0.dropLast())", bytes: Array($0.utf8), reason: "3.8") } + [
            HostileServer(name: "echo of our zeroes", bytes: [UInt8](repeating: 0, count: 12), reason: "3.8"),
            HostileServer(name: "all ones", bytes: [UInt8](repeating: 255, count: 64), reason: "3.8"),
        ]

    private static let handshakes: [HostileServer] = [
        .init(
            name: "no security types", bytes: versionLine + [0, 255, 255, 255, 255], reason: "refused the connection"),
        .init(
            name: "255 unknown types", bytes: versionLine + [255] + [UInt8](repeating: 99, count: 255),
            reason: "no security"),
        .init(name: "TLS only", bytes: versionLine + [1, 18], reason: "no security"),
        .init(name: "password without ours", bytes: versionLine + [1, 2], reason: "wants a password"),
        .init(
            name: "refused", bytes: versionLine + [1, 1, 0, 0, 0, 1, 255, 255, 255, 255],
            reason: "refused the connection"),
        .init(
            name: "wrong password",
            bytes: versionLine + [1, 2] + [UInt8](repeating: 1, count: 16) + [0, 0, 0, 1, 0, 0, 0, 1, 65],
            reason: "refused the password", hasPassword: true),
        .init(name: "result of ones", bytes: versionLine + [1, 1, 255, 255, 255, 255, 0], reason: "refused"),
        sized("0x0", 0, 0), sized("0 wide", 0, 5), sized("0 high", 5, 0), sized("65535x65535", 65535, 65535),
        sized("4097 wide", 4097, 1), sized("4097 high", 1, 4097),
        named("name of 4 GiB", 0xFFFF_FFFF), named("name of 4097 bytes", 4097), named("name of 2 GiB", 0x8000_0000),
    ]

    private static func sized(_ name: String, _ width: Int, _ height: Int) -> HostileServer {
        .init(
            name: "screen of \(name)", bytes: ServerScript.handshake(Size(width: width, height: height)).bytes,
            reason: "its screen of")
    }

    private static func named(_ name: String, _ length: UInt32) -> HostileServer {
        var bytes = ServerScript.handshake(Size(width: 4, height: 4), name: "").bytes
        bytes.removeLast(4)
        bytes.appendBigEndian(length)
        return .init(name: name, bytes: bytes, reason: "its name has")
    }

    private static func session(
        _ name: String, _ reason: String, _ write: (inout ServerScript) -> Void
    ) -> HostileServer {
        var script = ServerScript.handshake(Size(width: 64, height: 48))
        write(&script)
        return .init(name: name, bytes: script.bytes, reason: reason)
    }

    private static let messages: [HostileServer] =
        [1, 4, 5, 15, 16, 100, 150, 173, 249, 250, 252, 254, 255].map { type in
            session("message \(type)", type == 1 ? "colour map" : "unknown type") {
                $0.bytes += [UInt8(type), 0, 0, 0, 0, 0]
            }
        } + [
            session("clipboard of 2 GiB", "clipboard") { $0.bytes += [3, 0, 0, 0, 0x7F, 255, 255, 255] },
            session("clipboard of a negative length", "clipboard") { $0.bytes += [3, 0, 0, 0, 255, 255, 255, 240] },
            session("clipboard of 1 MiB and 1", "clipboard") { $0.bytes += [3, 0, 0, 0, 0, 16, 0, 1] },
            session("fence of 65 bytes", "fence") { $0.bytes += [248, 0, 0, 0, 0, 0, 0, 0, 65] },
            session("fence of 255 bytes", "fence") { $0.bytes += [248, 0, 0, 0, 0, 0, 0, 0, 255] },
        ]

    private static let rectangles: [HostileServer] =
        [
            2, 4, 5, 6, 7, 8, 9, 10, 15, 16, 17, 21, 50, -240, -247, -258, -260, -305, -306, -307, -308, -309, -312,
            -313, .max, .min,
        ]
        .map { (encoding: Int32) in
            session("encoding \(encoding)", "of the encoding \(encoding)") {
                $0.update(1)
                $0.rect(Rect(x: 0, y: 0, width: 4, height: 4), encoding)
            }
        } + [
            outside("right", Rect(x: 60, y: 0, width: 5, height: 1)),
            outside("below", Rect(x: 0, y: 47, width: 1, height: 2)),
            outside("far", Rect(x: 65535, y: 65535, width: 65535, height: 65535)),
            outside("empty and far", Rect(x: 65535, y: 0, width: 0, height: 5)),
            outside("wide", Rect(x: 0, y: 0, width: 65535, height: 1)),
            session("copy to outside", "outside") {
                $0.update(1)
                $0.copy(from: Point(x: 0, y: 0), to: Rect(x: 60, y: 40, width: 8, height: 8))
            },
            session("copy from outside", "outside") {
                $0.update(1)
                $0.copy(from: Point(x: 60, y: 40), to: Rect(x: 0, y: 0, width: 8, height: 8))
            },
            session("copies without end", "copies more") { script in
                script.update(65534)
                for _ in 0..<6 { script.copy(from: Point(x: 0, y: 0), to: Rect(x: 0, y: 0, width: 64, height: 48)) }
            },
            session("second rectangle outside", "outside") {
                $0.update(2)
                $0.raw(Rect(x: 0, y: 0, width: 64, height: 48))
                $0.raw(Rect(x: 1, y: 0, width: 64, height: 1))
            },
            session("old size after a smaller one", "outside") {
                $0.update(2)
                $0.rect(Rect(x: 0, y: 0, width: 8, height: 8), -223)
                $0.raw(Rect(x: 0, y: 0, width: 64, height: 1))
            },
            session("grows to 65535x65535", "its screen of") {
                $0.update(2)
                $0.rect(Rect(x: 0, y: 0, width: 65535, height: 65535), -223)
            },
            session("shrinks to nothing", "its screen of") {
                $0.update(2)
                $0.rect(Rect(x: 0, y: 0, width: 0, height: 0), -223)
            },
            session("cursor of 4 GiB", "its cursor") {
                $0.update(1)
                $0.rect(Rect(x: 0, y: 0, width: 32768, height: 32768), -239)
            },
        ]

    private static func outside(_ name: String, _ rect: Rect) -> HostileServer {
        session("rectangle \(name)", "outside") {
            $0.update(1)
            $0.rect(rect, 0)
        }
    }
}
