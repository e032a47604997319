import Foundation

/// What is written beside the files of a machine or a stored disk, so that another process knows what they are.
struct MachineRecord: Sendable, Hashable, Codable {
    static let knownFormat = 1
    static let fileName = "record.json"

    var format = knownFormat
    var id: SandboxID
    /// Who made it; empty for what is stored.
    var owner: String
    var image: String
    /// The SHA-256 of the image's disk; nil in records that are older than it.
    var imageDigest: String?
    var labels: [String: String]
    /// What the guest saw.
    var board: QEMULaunch.Board
    /// How many layers the disk has.
    var layers: Int

    /// Writes it into a directory.
    func write(in directory: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let files = HostFileSystem()
        let path = "\(directory)/\(Self.fileName)"
        let temporary = "\(directory)/.\(Self.fileName)"
        try files.removeFile(temporary)
        let file = try files.createFile(temporary)
        try files.write(Array(try encoder.encode(self)), to: file)
        try files.synchronise(file)
        try files.rename(temporary, to: path)
    }

    /// Reads it from a directory.
    ///
    /// - Throws: `GodHandError` with `not-found` if there is none, `data.damaged` if it cannot be read.
    init(in directory: String) throws {
        let path = "\(directory)/\(Self.fileName)"
        let bytes = try HostFileSystem().read(path, limit: 1 << 20)
        do { self = try JSONDecoder().decode(Self.self, from: Data(bytes)) } catch {
            throw GodHandError(.dataDamaged, "'\(path)' cannot be read.", cause: error)
        }
        guard format == Self.knownFormat, (1...1024).contains(layers) else {
            throw GodHandError(.dataDamaged, "'\(path)' is not of this format.")
        }
    }

    init(
        id: SandboxID, owner: String, image: String, imageDigest: String?, labels: [String: String],
        board: QEMULaunch.Board, layers: Int
    ) {
        self.id = id
        self.owner = owner
        self.image = image
        self.imageDigest = imageDigest
        self.labels = labels
        self.board = board
        self.layers = layers
    }
}
