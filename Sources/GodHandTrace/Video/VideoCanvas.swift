import Foundation
import GodHandCore

/// Where everything stands in a video: the screen above, a bar of words below it.
struct VideoCanvas {
    /// The whole picture; both sides are even, as encoders ask.
    let size: Size
    /// The part in which the screen is.
    let screen: Size
    /// The list of pictures that is given to the encoder.
    static let list = "pictures.txt"
    private static let sides = 160...3840

    /// Nil if none of the pictures can be read.
    init?(_ script: VideoScript, width: Int) {
        let first = script.scenes.lazy.compactMap { try? PNG.decode($0.picture.png) }.first
        guard let first else { return nil }
        let width = min(max(min(width, first.size.width), Self.sides.lowerBound), Self.sides.upperBound) / 2 * 2
        let shape = Double(first.size.height) / Double(first.size.width)
        let height = min(max(Int(Double(width) * shape), 16), Self.sides.upperBound) / 2 * 2
        screen = Size(width: width, height: height)
        size = Size(width: width, height: height + Self.bar(for: width))
    }

    /// How high the bar is.
    var bar: Int { size.height - screen.height }
    /// How high the letters of what commands wrote are.
    var outputSize: Int { max(10, size.width * 14 / 1000) }
    private static func bar(for width: Int) -> Int { max(48, width * 9 / 100) / 2 * 2 }

    /// How much smaller a picture of a size is shown, and where its corner is.
    func place(of picture: Size) -> (scale: Double, corner: Point) {
        let scale = min(
            1, Double(screen.width) / Double(max(1, picture.width)),
            Double(screen.height) / Double(max(1, picture.height)))
        let shown = Size(width: Int(Double(picture.width) * scale), height: Int(Double(picture.height) * scale))
        return (scale, Point(x: (screen.width - shown.width) / 2, y: (screen.height - shown.height) / 2))
    }

    /// Writes the pictures, and the list that says how long each stays.
    ///
    /// They are decoded here, within bounds, and encoded anew, so no byte of a trace reaches the decoders of the encoder.
    func write(_ script: VideoScript, in directory: String) throws {
        var names: [Data: String] = [:]
        let ground = try Frame.filled(size, red: 15, green: 17, blue: 23)
        var list = "ffconcat version 1.0\n"
        var last = ""
        for scene in script.scenes {
            try Task.checkCancellation()
            let name = names[scene.picture.png] ?? "\(names.count).png"
            if names.updateValue(name, forKey: scene.picture.png) == nil {
                var frame = ground
                // One that cannot be read leaves its place empty.
                if let picture = try? PNG.decode(scene.picture.png) {
                    frame = ground.pasting(try picture.scaledDown(toFit: screen), at: place(of: picture.size).corner)
                }
                try HostFile.create("\(directory)/\(name)").write([UInt8](try PNG.encode(frame)))
            }
            list += "file \(name)\nduration \(Self.seconds(scene.milliseconds))\n"
            last = name
        }
        // The last duration counts only if another picture follows.
        list += "file \(last)\n"
        try HostFile.create("\(directory)/\(Self.list)").write(Array(list.utf8))
    }

    private static func seconds(_ milliseconds: Int) -> String {
        "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())"
    }
}
