extension QEMUMachine {
    /// Makes the disk as it is now unchangeable: the machine goes on in a new layer.
    ///
    /// The machine stands still meanwhile. On failure it goes on in the old layer. To be called in ``turns``.
    ///
    /// - Returns: The layers as they were.
    func freezeDisk() async throws -> MachineFiles {
        let instance = try parts.slot.current()
        // Half-way there is no way back, so a cancellation counts afterwards.
        return try await shielded { [self] in
            let isRunning = try await instance.qmp.execute("query-status")["running"]?.bool ?? false
            if isRunning { try await instance.pause() }
            do {
                let frozen = try await exchangeLayer(in: instance)
                if isRunning { try await instance.resume() }
                return frozen
            } catch {
                if isRunning { try? await instance.resume() }
                throw error
            }
        }
    }

    /// Puts a new layer on the disk of a machine that stands still.
    func exchangeLayer(in instance: QEMUInstance) async throws -> MachineFiles {
        let (frozen, record) = files
        var grown = frozen
        try grown.addLayer(places)
        let top = grown.layers.count - 1
        var added: [JSONValue] = []
        do {
            for node in QEMUCommandLine.layerNodes(top, grown.layers[top], isTop: true) {
                var node = node
                // QEMU itself puts it on what is now the top.
                if case .object(var members) = node, members["backing"] != nil {
                    members["backing"] = .null
                    node = .object(members)
                }
                try await instance.qmp.execute("blockdev-add", node)
                if let name = node["node-name"] { added.append(name) }
            }
            try await instance.qmp.execute(
                "blockdev-snapshot",
                [
                    "node": .string(QEMUCommandLine.Name.layer(top - 1)),
                    "overlay": .string(QEMUCommandLine.Name.layer(top)),
                ], timeout: .seconds(60))
        } catch {
            for name in added.reversed() { _ = try? await instance.qmp.execute("blockdev-del", ["node-name": name]) }
            try? HostFileSystem().removeFile(grown.layers[top])
            throw error
        }
        var newRecord = record
        newRecord.layers = grown.layers.count
        files = (grown, newRecord)
        try newRecord.write(in: grown.directory)
        try places.freeze(frozen.layers[top - 1])
        return frozen
    }

    /// Stores frozen layers under a name: beside the others first, and then all at once.
    func store(_ frozen: MachineFiles, as id: SandboxID) throws {
        // Within the machine's directory, so that what is left of a failure goes with the machine.
        let unfinished = "\(frozen.directory)/snapshot-\(id)"
        try places.make(unfinished)
        do {
            let copy = try MachineFiles(linking: frozen, into: unfinished)
            var record = files.record
            record.owner = ""
            record.id = id
            record.layers = copy.layers.count
            try record.write(in: unfinished)
            try HostFileSystem().rename(unfinished, to: places.snapshot(id))
        } catch {
            try? places.remove(unfinished)
            throw error
        }
        try HostFileSystem().synchroniseDirectory(places.snapshots)
    }
}
