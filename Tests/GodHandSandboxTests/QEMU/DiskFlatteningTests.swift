import Foundation
import GodHandCore
import Testing

@testable import GodHandSandbox

@Suite(.timeLimit(.minutes(1))) struct DiskFlatteningTests {
    private static let size = 64 << 20

    /// A home for machines through which QEMU can pass.
    private func home() throws -> (TemporaryDirectory, QEMUPlaces) {
        let directory = try TemporaryDirectory()
        chmod(directory.path, 0o711)
        return (directory, try QEMUPlaces(environment: ["GODHAND_HOME": directory.file("home")]))
    }

    /// Writes into the top layer by a QEMU tool that only writes; the command's words are its own.
    private func write(_ commands: [String], _ layers: [String]) async throws {
        let program = try #require(ProgramSearch.path(of: "qemu-io"))
        let process = try await QEMUProcess.start(
            [program, "--image-opts"] + commands.flatMap { ["-c", $0] } + [Self.options(layers)])
        let end = try await process.waitForEnd()
        #expect(end == .exited(0), "\(process.lastWords)")
    }

    /// Layers as one option, each below the next.
    private static func options(_ layers: [String]) -> String {
        var options = ""
        for (depth, layer) in layers.reversed().enumerated() {
            let prefix = String(repeating: "backing.", count: depth)
            options += "\(prefix)driver=qcow2,\(prefix)file.driver=file,\(prefix)file.filename=\(layer),"
        }
        return String(options.dropLast())
    }

    private func makeLayer(_ index: Int, _ places: QEMUPlaces, in directory: String) throws -> String {
        let path = "\(directory)/disk-\(index).qcow2"
        try places.makeFile(path, QCOW2.emptyLayer(size: Self.size))
        return path
    }

    @Test(.qemu) func `one layer on the lowest is the same disk as many`() async throws {
        let (temporary, places) = try home()
        let directory = places.machine(.unique())
        try places.make(directory)
        var layers: [String] = []
        // Each layer has a part of its own, and changes a part of the one below; one writes zeros over what was there.
        for index in 0..<5 {
            layers.append(try makeLayer(index, places, in: directory))
            let command = index == 3 ? "write -z 1M 2M" : "write -P \(index + 1) \(index)M 2M"
            try await write([command], layers)
        }
        for layer in layers { try places.freeze(layer) }
        let flat = "\(directory)/flat.qcow2"
        try await DiskFlattening.flatten(layers, into: flat, places: places)

        let expected: [(Int, Int)] = [(0, 1), (1, 0), (2, 0), (3, 3), (4, 5), (5, 5), (6, 0)]
        let reads = expected.map { "read -P \($0.1) \($0.0)M 1M" }
        for chain in [layers, [layers[0], flat]] {
            let scratch = "\(directory)/scratch.qcow2"
            try places.makeFile(scratch, QCOW2.emptyLayer(size: Self.size))
            try await write(reads, chain + [scratch])
            try HostFileSystem().removeFile(scratch)
        }
        #expect(try QCOW2.size(ofDiskAt: flat) == Self.size)

        // A machine's files are shortened only if they are many.
        try HostFileSystem().removeFile(flat)
        for name in ["vmlinuz", "initrd"] { try places.makeFile("\(directory)/\(name)", []) }
        while layers.count <= DiskFlattening.mostLayers {
            var files = MachineFiles(in: directory, layers: layers.count)
            try await files.shorten(places)
            #expect(files.layers == layers)
            layers.append(try makeLayer(layers.count, places, in: directory))
        }
        let other = places.machine(.unique())
        try places.make(other)
        var files = try MachineFiles(linking: MachineFiles(in: directory, layers: layers.count), into: other)
        try await files.shorten(places)
        #expect(files.layers == ["\(other)/disk-0.qcow2", "\(other)/disk-1.qcow2"])
        let names = try FileManager.default.contentsOfDirectory(atPath: other).sorted()
        #expect(names == ["disk-0.qcow2", "disk-1.qcow2", "initrd", "vmlinuz"])
        try files.addLayer(places)
        try await write(reads, files.layers)
        withExtendedLifetime(temporary) {}
    }

    @Test(.qemu) func `a layer that cannot be read leaves nothing behind`() async throws {
        let (temporary, places) = try home()
        let directory = places.machine(.unique())
        try places.make(directory)
        let lowest = try makeLayer(0, places, in: directory)
        let broken = "\(directory)/disk-1.qcow2"
        try Data("nothing that is a disk".utf8).write(to: URL(fileURLWithPath: broken))
        let flat = "\(directory)/flat.qcow2"
        let error = await failure { try await DiskFlattening.flatten([lowest, broken], into: flat, places: places) }
        #expect(error != nil)
        #expect(!FileManager.default.fileExists(atPath: flat))
        withExtendedLifetime(temporary) {}
    }
}
