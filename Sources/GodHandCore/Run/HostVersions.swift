import Foundation

/// The versions of this package and of what it runs on, for records. Nothing in it names the host or its user.
public enum HostVersions {
    /// The version of this package.
    public static let godhand = "0.1.0"

    /// `godhand`, `os`, `architecture` and `swift`.
    public static var current: [String: String] {
        [
            "godhand": godhand, "os": operatingSystem, "architecture": architecture, "swift": swift,
        ]
    }

    private static let operatingSystem: String = {
        #if os(macOS)
            return "macOS " + ProcessInfo.processInfo.operatingSystemVersionString
        #else
            // Foundation tells the distribution's name there.
            return ProcessInfo.processInfo.operatingSystemVersionString
        #endif
    }()

    private static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "other"
        #endif
    }

    /// Of the compiler, as far as it can be told.
    private static var swift: String {
        #if compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}
