extension QEMUMachine: MemorySnapshotting {
    func fork(into count: Int, ownership: Ownership) async throws -> [any Machine] {
        try await turns.take {
            let instance = try parts.slot.current()
            let freeze = try await MemoryFreeze(
                planning: try ProcessMemory(of: memory.path, in: instance.process.process.id), over: memory,
                flatFile: "\(places.memory(of: id))/frozen-\(SandboxID.unique())")
            try places.share(freeze.result.path)
            let (files, record) = files
            var spec = spec
            // Its name and its ports stay with this one.
            (spec.name, spec.ports) = (nil, [])
            let origin = MachineOrigin(spec: spec, files: files, record: record, memory: freeze.result)
            let image = Promise<MachineImage>()
            // Many layers are joined for each new machine, for which they must be frozen already.
            let isEarly = files.layers.count < DiskFlattening.mostLayers
            return try await Self.all(count) { [self] index in
                guard index >= 0 else {
                    try await freeze.prepare()
                    image.finish(.success(try await halt(instance, for: freeze)))
                    return nil
                }
                if index > 0 || !isEarly { _ = try await image.value() }
                return try await backend.receive(origin, ownership: ownership) { _ in try await image.value() }
            }
        }
    }

    func takeMemorySnapshot(_ snapshot: SandboxID) async throws -> MemorySnapshot {
        try await storeMemory(as: snapshot) { [places] in try places.publish($0, as: snapshot) }
        return MemorySnapshot(id: snapshot, backend: backend.name, origin: id, spec: spec)
    }

    /// Stores all of the machine in a new directory.
    ///
    /// - Parameter publish: Gives the finished directory its place.
    func storeMemory(as name: SandboxID, _ publish: (String) throws -> Void) async throws {
        try await turns.take {
            let instance = try parts.slot.current()
            // Within the machine's directory, so that what is left of a failure goes with the machine.
            let unfinished = unfinishedSnapshot(name)
            try places.make(unfinished)
            do {
                let freeze = try await MemoryFreeze(
                    planning: try ProcessMemory(of: memory.path, in: instance.process.process.id), over: memory,
                    flatFile: "\(unfinished)/\(StoredMachine.memoryFile)", alwaysFlat: true)
                try await freeze.prepare()
                let image = try await halt(instance, for: freeze)
                try await StoredMachine.store(
                    image, record: storedRecord(name, of: image.files), qemu: instance, in: unfinished, places)
                try Task.checkCancellation()
                try publish(unfinished)
            } catch {
                try? places.remove(unfinished)
                throw error
            }
        }
    }

    /// Takes all of the machine at one moment, in which it stands still.
    private func halt(_ instance: QEMUInstance, for freeze: MemoryFreeze) async throws -> MachineImage {
        let change = try await prepareLayer(in: instance)
        // Half-way there is no way back, so a cancellation counts afterwards.
        return try await shielded { [self] in
            let (delta, devices) = try await withStandstill(of: instance) {
                async let devices = DeviceState.saved(from: instance, in: places.memory(of: id))
                async let delta = freeze.harvest()
                try await enterLayer(change, in: instance)
                let taken = (try await delta, try await devices)
                if freeze.isNewBase { await goOn(over: freeze.result, in: instance, of: freeze.memory) }
                return taken
            }
            try finish(change)
            return MachineImage(
                memory: freeze.result, delta: delta, devices: devices, files: change.frozen, record: files.record)
        }
    }

    /// Runs all parts at the same time, number -1 for what they wait for. If one fails, the machines of the others go.
    private static func all(
        _ count: Int, _ part: @escaping @Sendable (Int) async throws -> QEMUMachine?
    ) async throws -> [any Machine] {
        let results = await withTaskGroup(of: (Int, Result<QEMUMachine?, any Error>).self) { group in
            for index in -1..<count {
                group.addTask {
                    do { return (index, .success(try await part(index))) } catch { return (index, .failure(error)) }
                }
            }
            var results: [(Int, Result<QEMUMachine?, any Error>)] = []
            for await result in group {
                if case .failure = result.1 { group.cancelAll() }
                results.append(result)
            }
            return results
        }
        let machines = results.sorted { $0.0 < $1.0 }.compactMap { try? $0.1.get() }
        for case (_, .failure(let error)) in results {
            await withTaskGroup(of: Void.self) { group in
                for machine in machines { group.addTask { try? await machine.destroy() } }
            }
            throw error
        }
        return machines
    }
}
