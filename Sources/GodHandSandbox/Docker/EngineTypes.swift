// What we send to and read from the engine, field by field as in its API reference; names begin with a small letter here
// (see EngineJSON). Only fields that we use.

/// Body of `POST /containers/create`.
struct ContainerCreation: Encodable, Sendable {
    var image: String
    var user: String?
    var env: [String]
    var labels: [String: String]
    var hostname: String
    var stopTimeout = 3
    var exposedPorts: [String: EmptyObject]?
    var hostConfig: HostConfiguration
    var networkingConfig: NetworkingConfiguration?
}

/// An empty JSON object, which the engine uses for sets.
struct EmptyObject: Codable, Sendable {}

struct HostConfiguration: Encodable, Sendable {
    var memory: Int
    var memorySwap: Int
    var nanoCpus: Int
    var pidsLimit: Int
    var shmSize: Int
    var oomScoreAdj = 500
    var capDrop = ["ALL"]
    var securityOpt: [String]
    var privileged = false
    var publishAllPorts = false
    var readonlyRootfs: Bool
    var tmpfs: [String: String]?
    var mounts: [MountEntry]
    var networkMode: String
    var portBindings: [String: [PortBinding]]?
    var ipcMode = "private"
    var cgroupnsMode = "private"
    var logConfig = LogConfiguration()
    var ulimits: [Ulimit]
    var restartPolicy = RestartPolicy()
    var autoRemove = false

    struct MountEntry: Encodable, Sendable {
        var type = "bind"
        var source: String
        var target: String
        var readOnly: Bool
        var bindOptions = BindOptions()
    }

    struct BindOptions: Encodable, Sendable { var propagation = "rprivate" }

    struct PortBinding: Encodable, Sendable {
        var hostIp = "127.0.0.1"
        var hostPort: String
    }

    struct LogConfiguration: Encodable, Sendable {
        var type = "local"
        var config = ["max-size": "8m", "max-file": "2"]
    }

    struct Ulimit: Encodable, Sendable {
        var name: String
        var soft: Int
        var hard: Int
    }

    struct RestartPolicy: Encodable, Sendable { var name = "no" }
}

struct NetworkingConfiguration: Encodable, Sendable {
    var endpointsConfig: [String: Endpoint]

    struct Endpoint: Encodable, Sendable { var aliases: [String] }
}

/// Answer of `POST /containers/create`, `POST /networks/create`, `POST /commit` and `POST /containers/{id}/exec`.
struct CreatedObject: Decodable, Sendable {
    var id: String
    var warnings: [String]?
}

/// Answer of `GET /containers/{id}/json`.
struct ContainerInspection: Decodable, Sendable {
    var id: String
    var name: String
    var image: String
    var state: State
    var config: Config

    struct State: Decodable, Sendable {
        var status: String
        var running: Bool
        var paused: Bool
        var oOMKilled: Bool?
        var exitCode: Int
        var error: String?
    }

    struct Config: Decodable, Sendable {
        var image: String
        var labels: [String: String]?
    }
}

/// An element of `GET /containers/json`.
struct ContainerSummary: Decodable, Sendable {
    var id: String
    var names: [String]
    var image: String
    var state: String
    var labels: [String: String]?
}

/// Answer of `POST /containers/{id}/wait`.
struct ContainerExit: Decodable, Sendable {
    var statusCode: Int
}

/// An element of `GET /images/json`.
struct ImageSummary: Decodable, Sendable {
    var id: String
    var repoTags: [String]?
    var labels: [String: String]?
}

/// An element of `GET /networks`.
struct NetworkSummary: Decodable, Sendable {
    var id: String
    var name: String
    var labels: [String: String]?
}

/// Body of `POST /networks/create`.
struct NetworkCreation: Encodable, Sendable {
    var name: String
    var checkDuplicate = true
    var driver = "bridge"
    var `internal` = true
    /// Keeps the host off the network: an internal one has no way out, but by default the host's own address on it leads
    /// to every service of the host that listens on all addresses.
    var options = ["com.docker.network.bridge.inhibit_ipv4": "true"]
    var labels: [String: String]
}

/// Body of `POST /commit`: what of the image's settings is to differ.
struct CommitConfiguration: Encodable, Sendable {
    var labels: [String: String]
}

/// Body of `POST /containers/{id}/exec`.
struct ExecCreation: Encodable, Sendable {
    var attachStdin: Bool
    var attachStdout: Bool
    var attachStderr: Bool
    var tty = false
    var env: [String]
    var cmd: [String]
    var user: String?
    var workingDir: String?
}

/// Body of `POST /exec/{id}/start`.
struct ExecStart: Encodable, Sendable {
    var detach = false
    var tty = false
}

/// Answer of `GET /exec/{id}/json`.
struct ExecInspection: Decodable, Sendable {
    var running: Bool
    var exitCode: Int?
}
