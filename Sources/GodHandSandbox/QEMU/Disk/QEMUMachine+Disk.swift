import Logging

/// A new layer that a machine is about to go on in.
struct LayerChange: Sendable {
    /// The layers as they are: once the change took place nobody writes them any more.
    let frozen: MachineFiles
    /// The same with the new one on top.
    let grown: MachineFiles

    /// The number of the new layer.
    var top: Int { grown.layers.count - 1 }
}

extension QEMUMachine {
    /// Makes the disk as it is now unchangeable: the machine goes on in a new layer.
    ///
    /// The machine stands still meanwhile. On failure it goes on in the old layer. To be called in ``turns``.
    ///
    /// - Returns: The layers as they were.
    func freezeDisk() async throws -> MachineFiles {
        let instance = try parts.slot.current()
        let change = try await prepareLayer(in: instance)
        // Half-way there is no way back, so a cancellation counts afterwards.
        return try await shielded { [self] in
            try await withStandstill(of: instance) { try await enterLayer(change, in: instance) }
            try finish(change)
            return change.frozen
        }
    }

    /// Runs something while all processors stand still, and lets them go on afterwards if they ran before.
    func withStandstill<Value: Sendable>(
        of instance: QEMUInstance, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        let isRunning = try await instance.qmp.execute("query-status")["running"]?.bool ?? false
        if isRunning { try await instance.pause() }
        let start = ContinuousClock.now
        do {
            let value = try await body()
            if isRunning { try await instance.resume() }
            let time = ContinuousClock.now - start
            Logger.current.debug(
                "A machine stood still", metadata: ["godhand.standstill_ms": "\(time / .milliseconds(1))"])
            return value
        } catch {
            if isRunning { try? await instance.resume() }
            throw error
        }
    }

    /// Makes a new layer and lets QEMU open it. The machine may run, and goes on in the old one.
    func prepareLayer(in instance: QEMUInstance) async throws -> LayerChange {
        let frozen = files.files
        var grown = frozen
        try grown.addLayer(places)
        let change = LayerChange(frozen: frozen, grown: grown)
        var added: [JSONValue] = []
        do {
            for node in QEMUCommandLine.layerNodes(change.top, grown.layers[change.top], isTop: true) {
                var node = node
                // QEMU itself puts it on what is then the top.
                if case .object(var members) = node, members["backing"] != nil {
                    members["backing"] = .null
                    node = .object(members)
                }
                try await instance.qmp.execute("blockdev-add", node)
                if let name = node["node-name"] { added.append(name) }
            }
        } catch {
            await abandon(change, nodes: added, in: instance)
            throw error
        }
        return change
    }

    /// Lets a machine that stands still go on in the new layer.
    func enterLayer(_ change: LayerChange, in instance: QEMUInstance) async throws {
        do {
            try await instance.qmp.execute(
                "blockdev-snapshot",
                [
                    "node": .string(QEMUCommandLine.Name.layer(change.top - 1)),
                    "overlay": .string(QEMUCommandLine.Name.layer(change.top)),
                ], timeout: .seconds(60))
        } catch {
            await abandon(change, in: instance)
            throw error
        }
        var record = files.record
        record.layers = change.grown.layers.count
        files = (change.grown, record)
    }

    /// Writes down what has changed, once the machine runs again.
    func finish(_ change: LayerChange) throws {
        let record = files.record
        try record.write(in: change.grown.directory)
        try places.freeze(change.frozen.layers[change.top - 1])
    }

    /// Forgets a layer that was not entered.
    func abandon(_ change: LayerChange, nodes: [JSONValue]? = nil, in instance: QEMUInstance) async {
        let name = QEMUCommandLine.Name.layer(change.top)
        for node in (nodes ?? [.string("\(name)-file"), .string(name)]).reversed() {
            _ = try? await instance.qmp.execute("blockdev-del", ["node-name": node])
        }
        try? HostFileSystem().removeFile(change.grown.layers[change.top])
    }

    /// Stores frozen layers under a name: beside the others first, and then all at once.
    func store(_ frozen: MachineFiles, as id: SandboxID) throws {
        // Within the machine's directory, so that what is left of a failure goes with the machine.
        let unfinished = unfinishedSnapshot(id)
        try places.make(unfinished)
        do {
            try storedRecord(id, of: try MachineFiles(linking: frozen, into: unfinished)).write(in: unfinished)
            try places.publish(unfinished, as: id)
        } catch {
            try? places.remove(unfinished)
            throw error
        }
    }

    /// The record of something stored.
    func storedRecord(_ id: SandboxID, of copy: MachineFiles) -> MachineRecord {
        var record = files.record
        record.owner = ""
        record.id = id
        record.layers = copy.layers.count
        return record
    }

    /// Where a snapshot lies until it is whole.
    func unfinishedSnapshot(_ id: SandboxID) -> String { "\(files.files.directory)/snapshot-\(id)" }
}
