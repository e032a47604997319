extension QEMUMachine: MemorySnapshotting {
    func fork(into count: Int, ownership: Ownership) async throws -> [any Machine] {
        try await turns.take {
            let instance = try parts.slot.current()
            await shortenDisk(in: instance)
            let isPrepared = reserve.isFor(memory, files.files, ownership.owner)
            let freeze = try await plan(
                instance,
                largestDelta: isPrepared
                    ? MemoryFreeze.largestDelta(standingReady: count) : MemoryFreeze.largestDelta)
            let origin = origin(over: freeze.result)
            // Those that are ready began over the memory of then.
            let ready = isPrepared && !freeze.isNewBase ? reserve.take() : nil
            if ready == nil { await reserve.clear() }
            async let rest: Void? = ready?.end(from: count)
            let image = ready?.image ?? Promise<MachineImage>()
            // Many layers are joined for each new machine, for which they must be frozen already.
            let isEarly = ready == nil && origin.files.layers.count < DiskFlattening.mostLayers
            let machines = try await Self.all(count) { [self] index in
                guard index >= 0 else {
                    try await freeze.prepare()
                    image.finish(.success(try await halt(instance, for: freeze)))
                    return nil
                }
                if let machine = try await ready?.machine(index) { return machine }
                if index > 0 || !isEarly { _ = try await image.value() }
                return try await backend.receive(origin, ownership: ownership) { _ in try await image.value() }
            }
            // At the same moment: until then the processors belong to those that are still being made.
            for machine in machines { machine.parts.port.letProgramsGo() }
            await rest
            return machines
        }
    }

    func prepareForks(_ count: Int, ownership: Ownership) async throws {
        let ready = try await turns.take { () -> ForkReserve.Stock? in
            let instance = try parts.slot.current()
            await reserve.clear()
            guard count > 0 else { return nil }
            await shortenDisk(in: instance)
            let freeze = try await plan(instance, largestDelta: MemoryFreeze.largestDeltaAhead)
            if freeze.isNewBase {
                let before = memory.path
                try await layOut(freeze, of: instance)
                // Where a machine cannot be put over a new file, the next fork will lay out another.
                guard memory.path != before else { return nil }
            }
            guard files.files.layers.count < DiskFlattening.mostLayers else { return nil }
            return await reserve.fill(count, of: origin(over: memory), ownership: ownership, by: backend)
        }
        try await ready?.waitUntilReady()
    }

    private func plan(
        _ instance: QEMUInstance, largestDelta: Int = MemoryFreeze.largestDelta
    ) async throws -> MemoryFreeze {
        let freeze = try await MemoryFreeze(
            planning: try ProcessMemory(of: memory.path, in: instance.process.process.id), over: memory,
            flatFile: "\(places.memory(of: id))/frozen-\(SandboxID.unique())", largestDelta: largestDelta)
        try places.share(freeze.result.path)
        return freeze
    }

    /// What forks are started with.
    private func origin(over memory: FrozenMemory) -> MachineOrigin {
        let (files, record) = files
        var spec = spec
        // Its name and its ports stay with this one.
        (spec.name, spec.ports) = (nil, [])
        return MachineOrigin(spec: spec, files: files, record: record, memory: memory)
    }

    /// Lets the machine go on over all that it has written, so that a fork has only what comes later.
    private func layOut(_ freeze: MemoryFreeze, of instance: QEMUInstance) async throws {
        try await freeze.prepare()
        // Half-way there is no way back, so a cancellation counts afterwards.
        try await shielded { [self] in
            try await withStandstill(of: instance) {
                _ = try await freeze.harvest()
                await goOn(over: freeze.result, in: instance, of: freeze.memory)
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
            await shortenDisk(in: instance)
            // Within the machine's directory, so that what is left of a failure goes with the machine.
            let unfinished = unfinishedSnapshot(name)
            try places.make(unfinished)
            do {
                let freeze = try await MemoryFreeze(
                    planning: try ProcessMemory(of: memory.path, in: instance.process.process.id), over: memory,
                    flatFile: "\(unfinished)/\(StoredMachine.memoryFile)", largestDelta: nil)
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
            let (delta, devices) = try await withStandstill(of: instance, holdsPrograms: true) {
                async let devices = DeviceState.saved(from: instance, in: places.memory(of: id))
                async let delta = freeze.harvest()
                try await enterLayer(change, in: instance)
                let taken = (try await delta, try await devices)
                if freeze.isNewBase { await goOn(over: freeze.result, in: instance, of: freeze.memory) }
                return taken
            }
            try finish(change)
            // They know the disk without its new layer.
            await reserve.clear()
            return MachineImage(
                memory: freeze.result, delta: delta, devices: devices, files: change.frozen, record: files.record)
        }
    }

    /// Runs all parts at the same time, number -1 for what they wait for. If one fails, the machines of the others go.
    private static func all(
        _ count: Int, _ part: @escaping @Sendable (Int) async throws -> QEMUMachine?
    ) async throws -> [QEMUMachine] {
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
