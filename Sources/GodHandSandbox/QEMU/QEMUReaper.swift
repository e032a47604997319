/// Finds virtual machines of ours, and removes those whose owner is gone.
struct QEMUReaper: Reaper {
    let backend: QEMUBackend

    func list() async throws -> [OwnedMachine] {
        let places = try backend.places()
        return try HostFileSystem().names(in: places.machines).compactMap { name in
            let directory = "\(places.machines)/\(name)"
            // One that is being made, or removed, has none.
            guard let record = try? MachineRecord(in: directory), record.id.rawValue == name else { return nil }
            let isRunning = !HostProcess.all(whoseArgumentsContain: "\(directory)/").isEmpty
            return OwnedMachine(
                id: record.id, owner: record.owner, state: isRunning ? "running" : "exited", image: record.image,
                labels: record.labels)
        }
    }

    func remove(_ entry: LedgerEntry) async throws -> Bool {
        let places = try backend.places()
        guard entry.id.isPlain else {
            throw GodHandError(.dataDamaged, "'\(entry.id)' cannot be the name of a machine.")
        }
        if entry.kind != .machine {
            let directory = places.snapshot(entry.id)
            let isFound = try !HostFileSystem().names(in: directory).isEmpty
            try places.remove(directory)
            return isFound
        }
        let directory = places.machine(entry.id)
        // Without a record it was just begun, and then only by who wrote the entry.
        if let record = try? MachineRecord(in: directory), record.owner != entry.owner {
            throw GodHandError(
                .nameTaken, "The machine \(entry.id) exists and belongs to somebody else; it was left alone.")
        }
        var isFound = try !HostFileSystem().names(in: directory).isEmpty
        // The directory's name is in the arguments of its QEMU, and of nothing else.
        for process in HostProcess.all(whoseArgumentsContain: "\(directory)/") {
            isFound = true
            process.kill()
            try await process.waitForEnd()
        }
        try places.remove(directory)
        try places.remove(places.memory(of: entry.id))
        return isFound
    }
}
