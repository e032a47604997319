import Logging

extension QEMUMachine {
    /// Joins the layers of a disk that was frozen again and again, while the machine runs: what lies between the lowest and
    /// the one that is written goes into that one. Copies that share those layers keep them.
    ///
    /// Otherwise each copy would have to join them for itself. If it fails the disk stays as it is, which is only slower. To
    /// be called in ``turns``.
    func shortenDisk(in instance: QEMUInstance) async {
        let (old, _) = files
        guard old.layers.count >= DiskFlattening.mostLayers else { return }
        do {
            // Half-way there is no way back, so a cancellation counts afterwards.
            try await shielded { try await DiskFlattening.join(old.layers, through: instance.qmp) }
        } catch {
            Logger.current.info("The layers of a disk were not joined", metadata: ["godhand.error": "\(error)"])
            return
        }
        // Those that stand ready would begin on layers that are no longer the machine's.
        await reserve.clear()
        var (new, record) = files
        new.layers = [old.layers[0], old.layers[old.layers.count - 1]]
        record.layers = new.layers.count
        files = (new, record)
        for layer in old.layers[1..<(old.layers.count - 1)].reversed() {
            await dropLayer(layer, in: instance)
        }
    }
}
