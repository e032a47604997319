import GodHandCore

/// What a server says of itself.
public struct ServerDescription: Sendable, Hashable {
    /// Its name for programs.
    public var name: String
    /// Its name for people.
    public var title: String
    /// Its version.
    public var version: String
    /// How to use it, for models.
    public var instructions: String

    /// Makes a description.
    public init(name: String, title: String, version: String, instructions: String) {
        self.name = name
        self.title = title
        self.version = version
        self.instructions = instructions
    }

    var json: JSONValue { ["name": .string(name), "title": .string(title), "version": .string(version)] }
}
