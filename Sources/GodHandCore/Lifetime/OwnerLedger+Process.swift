import Foundation
import Synchronization

extension OwnerLedger {
    private static let shared = Mutex<[String: OwnerLedger]>([:])

    /// The ledger that all scopes of this process share; it is made on first use and held until the process ends.
    ///
    /// - Throws: ``GodHandError`` with `host.failed` or `disk.full` if it cannot be made; the next use tries again.
    public static var process: OwnerLedger {
        get throws {
            let root = try defaultRoot()
            return try shared.withLock { ledgers in
                if let ledger = ledgers[root] { return ledger }
                let ledger = try OwnerLedger(in: root)
                ledgers[root] = ledger
                return ledger
            }
        }
    }

    /// Where owners are kept if nobody says otherwise: `$XDG_STATE_HOME/godhand/owners`, without that variable
    /// `~/.local/state/godhand/owners`, on macOS `~/Library/Application Support/godhand/owners`.
    ///
    /// - Throws: ``GodHandError`` with `host.failed` if the user has no home directory.
    public static func defaultRoot() throws -> String {
        try defaultRoot(environment: ProcessInfo.processInfo.environment)
    }

    static func defaultRoot(environment: [String: String]) throws -> String {
        // A relative path there is to be ignored, says the specification of these variables.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return "\(state)/godhand/owners" }
        let home = environment["HOME"] ?? NSHomeDirectory()
        guard home.hasPrefix("/") else {
            throw GodHandError(
                .hostFailed, "There is no home directory to keep the ledger in.", hint: "Set XDG_STATE_HOME or HOME.")
        }
        #if os(macOS)
            return "\(home)/Library/Application Support/godhand/owners"
        #else
            return "\(home)/.local/state/godhand/owners"
        #endif
    }
}
