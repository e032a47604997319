import Logging

/// A new layer that a machine is about to go on in.
struct LayerChange: Sendable {
    /// The layers as they are: once the change took place nobody writes them any more.
    let frozen: MachineFiles
    /// The same with the new one on top.
    let grown: MachineFiles

    /// The file of the new layer.
    let top: String
    /// The file of the one below it.
    let below: String
}

extension QEMUMachine {
    /// Makes the disk as it is now unchangeable: the machine goes on in a new layer.
    ///
    /// The machine stands still meanwhile. On failure it goes on in the old layer. To be called in ``turns``.
    ///
    /// - Returns: The layers as they were.
    func freezeDisk() async throws -> MachineFiles {
        let instance = try parts.slot.current()
        await shortenDisk(in: instance)
        let change = try await prepareLayer(in: instance)
        // Half-way there is no way back, so a cancellation counts afterwards.
        return try await shielded { [self] in
            try await withStandstill(of: instance) { try await enterLayer(change, in: instance) }
            try finish(change)
            await reserve.clear()
            return change.frozen
        }
    }

    /// Runs something while all processors stand still, and lets them go on afterwards if they ran before.
    ///
    /// - Parameter holdsPrograms: Whether the desktop's programs are made to wait first. In a copy they still do, so
    ///   that nothing runs there before the copy has been told who it is.
    func withStandstill<Value: Sendable>(
        of instance: QEMUInstance, holdsPrograms: Bool = false, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        let isRunning = try await instance.isRunning()
        let start = ContinuousClock.now
        // Also of one that does not answer in time: it may have begun.
        defer { if isRunning, holdsPrograms { parts.port.letProgramsGo() } }
        do {
            if isRunning {
                if holdsPrograms { await holdPrograms() }
                try await instance.pause()
            }
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

    /// A guest that is too busy, or does not know how, is copied as it is: it takes longer to begin, that is all.
    private func holdPrograms() async {
        do {
            try await withDeadline(.milliseconds(200), "The guest's attempt to hold its programs") { [parts] in
                try await parts.port.holdPrograms()
            }
        } catch { Logger.current.debug("The programs of a guest were not held", metadata: ["error": "\(error)"]) }
    }

    /// Makes a new layer and lets QEMU open it. The machine may run, and goes on in the old one.
    func prepareLayer(in instance: QEMUInstance) async throws -> LayerChange {
        let frozen = files.files
        var grown = frozen
        try grown.addLayer(places)
        guard let top = grown.layers.last, let below = frozen.layers.last else {
            throw GodHandError(.snapshotFailed, "The disk of \(id) has no layers.")
        }
        let change = LayerChange(frozen: frozen, grown: grown, top: top, below: below)
        var added: [JSONValue] = []
        do {
            // QEMU itself puts it on what is then the top.
            for node in QEMUCommandLine.layer(top, over: nil, isTop: true) {
                try await instance.qmp.execute("blockdev-add", node)
                if let name = node["node-name"] { added.append(name) }
            }
        } catch {
            await dropLayer(change.top, nodes: added, in: instance)
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
                    "node": .string(QEMUCommandLine.Name.layer(change.below)),
                    "overlay": .string(QEMUCommandLine.Name.layer(change.top)),
                ], timeout: .seconds(60))
        } catch {
            await dropLayer(change.top, in: instance)
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
        try places.freeze(change.below)
    }

    /// Forgets a layer on which nothing lies, and which is not written.
    func dropLayer(_ path: String, nodes: [JSONValue]? = nil, in instance: QEMUInstance) async {
        let name = QEMUCommandLine.Name.layer(path)
        for node in (nodes ?? [.string("\(name)-file"), .string(name)]).reversed() {
            _ = try? await instance.qmp.execute("blockdev-del", ["node-name": node])
        }
        try? HostFileSystem().removeFile(path)
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
