public import Foundation

/// Where a run leaves what it did.
public enum ResultsDirectory {
    /// Makes `2026-01-31T123456` in a directory, with a number behind it if another run began in the same second.
    ///
    /// - Throws: `CocoaError` if the directory above cannot be made, or nothing can be made in it.
    public static func make(in parent: URL) throws -> URL {
        let style = Date.ISO8601FormatStyle(timeZone: .current).year().month().day()
        let name = Date().formatted(style.time(includingFractionalSeconds: false).timeSeparator(.omitted))
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        // What was on the screen is nobody else's business.
        let onlyForMe: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        for number in 1...100 {
            let place = parent.appending(path: number == 1 ? name : "\(name)-\(number)", directoryHint: .isDirectory)
            // Making it is what claims it: of two runs only one succeeds.
            if (try? FileManager.default.createDirectory(
                at: place, withIntermediateDirectories: false, attributes: onlyForMe)) != nil
            {
                return place
            }
        }
        throw CocoaError(.fileWriteNoPermission)
    }
}
