import Foundation
public import GodHandCore

extension Sandbox {
    /// Reads the text on the screen, by the `tesseract` of the guest.
    ///
    /// - Parameters:
    ///   - frame: The pixels to read; nil for the screen as it is now.
    ///   - rect: The part to read; nil for all. Reading half a screen takes half the time.
    ///   - magnification: How many times larger to make it first, from 1 to 4. Small letters are read better at twice
    ///     their size, in about twice the time.
    /// - Throws: `GodHandError` with `exec.failed` or `unsupported` if there is no tesseract, and what the display
    ///   throws.
    public func readText(of frame: Frame? = nil, in rect: Rect? = nil, magnification: Int = 1) async throws
        -> ScreenText
    {
        var pixels: Frame
        if let frame { pixels = frame } else { pixels = try await display.frame().frame }
        var origin = Point(x: 0, y: 0)
        if let rect {
            let part = rect.intersection(Rect(pixels.size))
            if part.isEmpty { return ScreenText(lines: []) }
            pixels = try pixels.cropped(to: part)
            origin = Point(x: part.x, y: part.y)
        }
        let factor = max(1, min(4, magnification))
        let read = Size(width: pixels.size.width * factor, height: pixels.size.height * factor)
        let png = try await Self.encode(pixels, in: read)
        // Sparse text: a desktop is no page. One thread: more of them only wait for each other on small pictures.
        let result = try await exec(
            ["tesseract", "stdin", "stdout", "--psm", "11", "-c", "tessedit_create_tsv=1"],
            environment: ["OMP_THREAD_LIMIT": "1"], input: .bytes(png),
            timeout: max(spec.timeouts.exec, GuestPatience.reading), outputLimit: 4 << 20)
        guard result.isSuccess else {
            throw GodHandError(
                .execFailed, "The guest could not read its screen: tesseract ended with \(result.status).",
                hint: "Use an image that has tesseract and its English data.")
        }
        return TesseractTable.parse(result.output, within: read, movedBy: origin, shrunkBy: factor)
    }

    @concurrent
    private static func encode(_ frame: Frame, in size: Size) async throws -> [UInt8] {
        [UInt8](try PNG.encode(size == frame.size ? frame : try frame.scaled(to: size)))
    }
}

/// The table of words that tesseract writes: twelve columns, told apart by tabs.
enum TesseractTable {
    private static let mostWords = 20_000

    /// Rows that are not as they should be are passed over: they come from the guest.
    static func parse(_ table: String, within size: Size, movedBy origin: Point, shrunkBy factor: Int = 1) -> ScreenText
    {
        var lines: [TextLine] = []
        var current: [Substring] = []
        var count = 0
        for row in table.split(separator: "\n") where count < mostWords {
            let cells = row.split(separator: "\t", maxSplits: 11, omittingEmptySubsequences: false)
            guard cells.count == 12, cells[0] == "5", let confidence = Double(cells[10]), confidence >= 20,
                let x = Int(cells[6]), let y = Int(cells[7]), let width = Int(cells[8]), let height = Int(cells[9]),
                (0...size.width).contains(x), (0...size.height).contains(y), (1...size.width).contains(width),
                (1...size.height).contains(height)
            else { continue }
            let text = cells[11].trimmingCharacters(in: .whitespacesAndNewlines)
            if text.isEmpty { continue }
            count += 1
            let box = Rect(x: x, y: y, width: width, height: height).intersection(Rect(size))
            let word = TextLine.Word(
                text,
                box: Rect(
                    x: box.x / factor + origin.x, y: box.y / factor + origin.y, width: max(1, box.width / factor),
                    height: max(1, box.height / factor)))
            let line = Array(cells[1...4])
            if line == current, !lines.isEmpty {
                lines[lines.count - 1].words.append(word)
            } else {
                lines.append(TextLine(words: [word]))
                current = line
            }
        }
        return ScreenText(lines: lines)
    }
}
