import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A process of this host, told from a later one of the same number by the moment at which it began.
struct HostProcess: Sendable, Hashable {
    let id: Int32
    /// In the system's own unit: clock ticks since boot on Linux, microseconds since 1970 on macOS.
    let startTime: UInt64

    /// The process that has this number now, also one that ended and was not waited for; nil if there is none.
    init?(_ id: Int32) {
        guard let look = Self.look(at: id) else { return nil }
        self.id = id
        self.startTime = look.startTime
    }

    /// Whether it still runs. One that ended and was not waited for counts as gone.
    var isRunning: Bool {
        guard let look = Self.look(at: id) else { return false }
        return look.startTime == startTime && !look.hasEnded
    }

    /// Ends it at once, if it is still this one.
    func kill() {
        if isRunning { signal(SIGKILL) }
    }

    /// Waits until it has ended. There is no event for a process that is not our child, so this looks again and again.
    func waitForEnd(within duration: Duration = .seconds(10)) async throws {
        let end = ContinuousClock.now + duration
        while isRunning {
            guard ContinuousClock.now < end else {
                throw GodHandError(.hostFailed, "Process \(id) does not end although it was killed.")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func signal(_ number: Int32) {
        #if canImport(Glibc)
            _ = Glibc.kill(id, number)
        #elseif canImport(Musl)
            _ = Musl.kill(id, number)
        #else
            _ = Darwin.kill(id, number)
        #endif
    }
}

#if canImport(Darwin)
    extension HostProcess {
        private static func look(at id: Int32) -> (startTime: UInt64, hasEnded: Bool)? {
            var info = proc_bsdinfo()
            let size = Int32(MemoryLayout<proc_bsdinfo>.size)
            guard proc_pidinfo(id, PROC_PIDTBSDINFO, 0, &info, size) == size else { return nil }
            return (info.pbi_start_tvsec * 1_000_000 + info.pbi_start_tvusec, info.pbi_status == SZOMB)
        }

        /// Processes whose arguments contain a word.
        static func all(whoseArgumentsContain word: String) -> [HostProcess] {
            var ids = [Int32](repeating: 0, count: 65_536)
            let count = proc_listallpids(&ids, Int32(ids.count * MemoryLayout<Int32>.size))
            return ids.prefix(max(0, Int(count))).filter { id in
                var name = [CTL_KERN, KERN_PROCARGS2, id]
                var size = 256 << 10
                var bytes = [UInt8](repeating: 0, count: size)
                guard sysctl(&name, 3, &bytes, &size, nil, 0) == 0 else { return false }
                return bytes.prefix(size).firstRange(of: Array(word.utf8)) != nil
            }.compactMap(HostProcess.init)
        }
    }
#else
    extension HostProcess {
        private static func look(at id: Int32) -> (startTime: UInt64, hasEnded: Bool)? {
            guard let bytes = contents("/proc/\(id)/stat") else { return nil }
            // The name stands in brackets and may itself contain any byte, brackets included.
            guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
            let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
            // The state is the third field of all, the start time the 22nd.
            guard fields.count > 19, let startTime = UInt64(String(decoding: fields[19], as: UTF8.self)) else {
                return nil
            }
            let hasEnded = fields[0] == [UInt8(ascii: "Z")] || fields[0] == [UInt8(ascii: "X")]
            return (startTime, hasEnded)
        }

        /// Processes whose arguments contain a word.
        static func all(whoseArgumentsContain word: String) -> [HostProcess] {
            let word = Array(word.utf8)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return names.compactMap(Int32.init).compactMap(HostProcess.init).filter { process in
                contents("/proc/\(process.id)/cmdline")?.firstRange(of: word) != nil && process.isRunning
            }
        }

        private static func contents(_ path: String) -> [UInt8]? {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return nil }
            let file = OwnedDescriptor(descriptor)
            var bytes: [UInt8] = []
            while let more = try? readSome(from: file.rawValue, atMost: 16 << 10), !more.isEmpty, bytes.count < 1 << 20
            {
                bytes += more
            }
            return bytes
        }
    }
#endif
