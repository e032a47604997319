import Synchronization

/// A small process that outlives this one for a moment: when this one ends in whatever way, it kills the machines that
/// are left and removes their files.
///
/// It sees our end in that its standard input ends. A machine is made known to it before its QEMU is started, by the
/// directories that stand in QEMU's arguments, so there is no moment at which it does not know of one. The sweep finds
/// the same machines through the ledger; this is only sooner.
final class Watchdog: Sendable {
    static let shared = Watchdog()

    private struct Running {
        var process: QEMUProcess
        var stream: SocketStream
    }

    private struct State {
        var starting: Task<Running, any Error>?
        /// Lines that a new one has to be told, by machine.
        var guarded: [String: String] = [:]
    }

    private let state = Mutex(State())

    /// Makes a machine known.
    ///
    /// - Parameters:
    ///   - directory: Stands in the arguments of the machine's QEMU, and is removed after it.
    ///   - others: Further directories to remove.
    /// - Throws: `GodHandError` with `host.failed`.
    func watch(_ directory: String, and others: [String]) async throws {
        let line = ([directory] + others).joined(separator: "\t")
        state.withLock { $0.guarded[directory] = line }
        try await tell("+\(line)\n")
    }

    /// Forgets a machine that is gone.
    func forget(_ directory: String) async {
        state.withLock { _ = $0.guarded.removeValue(forKey: directory) }
        // If it is gone itself it has nothing to forget.
        try? await tell("-\(directory)\n")
    }

    /// Hangs up, as the end of this process does, and waits until it has done its work.
    func end() async throws {
        let task = state.withLock { state in
            defer { state = State() }
            return state.starting
        }
        guard let running = try await task?.value else { return }
        running.stream.close()
        _ = try await running.process.waitForEnd()
    }

    /// The process that watches; it is started if there is none.
    func process() async throws -> HostProcess { try await running().0.process.process }

    private func tell(_ line: String) async throws {
        let (running, start) = try await running()
        do { try await running.stream.write(Array(line.utf8)) } catch is TransportFailure {
            // Somebody killed it. A new one learns everything anew; others who found out at the same time use the same one.
            state.withLock { if $0.starting == start { $0.starting = nil } }
            _ = try await self.running()
        }
    }

    /// What runs, and the task that started it.
    private func running() async throws -> (Running, Task<Running, any Error>) {
        let task = state.withLock { state in
            if let starting = state.starting { return starting }
            let task = Task { () -> Running in
                let (process, stream) = try await QEMUProcess.startConnected(["sh", "-c", Self.script])
                for line in self.state.withLock({ Array($0.guarded.values) }) {
                    try await stream.write(Array("+\(line)\n".utf8))
                }
                return Running(process: process, stream: stream)
            }
            state.starting = task
            return task
        }
        do { return (try await task.value, task) } catch {
            state.withLock { if $0.starting == task { $0.starting = nil } }
            throw error
        }
    }

    /// Reads lines until the end of its input, then clears up. Directories are our own, with names without blanks or
    /// wildcards in their last part; the words that name a process are not given to a program as arguments, since that
    /// program would then carry them as well.
    static let script = #"""
        PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
        tab=$(printf '\t')
        list=
        newline='
        '
        while IFS= read -r line; do
            case $line in
            +*) list="$list${line#+}$newline" ;;
            -*) list=$(printf '%s' "$list" | while IFS= read -r entry; do
                    [ "${entry%%"$tab"*}" = "${line#-}" ] || printf '%s\n' "$entry"
                done)${newline}
                ;;
            esac
        done
        printf '%s' "$list" | while IFS= read -r entry; do
            directory=${entry%%"$tab"*}
            [ -n "$directory" ] || continue
            for round in 1 2; do
                if [ -d /proc/self ]; then
                    found=$(printf '%s/\n' "$directory" | grep -alFf - /proc/[0-9]*/cmdline 2>/dev/null |
                        sed 's,^/proc/\([0-9]*\)/.*,\1,')
                    [ -z "$found" ] || kill -9 $found 2>/dev/null
                else
                    pkill -9 -f "gh-${directory##*/}," 2>/dev/null
                fi
            done
            printf '%s\n' "$entry" | tr '\t' '\n' | while IFS= read -r path; do
                [ -d "$path" ] && rm -rf "$path"
            done
        done
        """#
}
