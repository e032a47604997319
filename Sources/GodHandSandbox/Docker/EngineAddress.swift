import Foundation

/// Where an engine may answer.
struct EngineAddress: Sendable, Hashable {
    /// The path of its unix socket.
    var socket: String

    /// The same path whatever links lead to it.
    var place: String { URL(filePath: socket).resolvingSymlinksInPath().path(percentEncoded: false) }

    /// The places to look, best first: `DOCKER_HOST` alone if it is set, else the usual sockets.
    ///
    /// - Throws: `GodHandError` with `engine.incompatible` if `DOCKER_HOST` is not a unix socket: displays and commands
    ///   reach a guest through sockets in a directory that engine and process must share.
    static func candidates(environment: [String: String]) throws -> [EngineAddress] {
        if let host = environment["DOCKER_HOST"], !host.isEmpty {
            guard host.hasPrefix("unix://"), host.count > 7 else {
                throw GodHandError(
                    .engineIncompatible, "DOCKER_HOST is '\(host)', and only local engines can be used.",
                    hint: "Set DOCKER_HOST to unix:///path/of/the/socket, or unset it.")
            }
            return [EngineAddress(socket: String(host.dropFirst(7)))]
        }
        var sockets = ["/run/godhand/docker.sock", "/var/run/docker.sock"]
        if let runtime = environment["XDG_RUNTIME_DIR"], !runtime.isEmpty {
            sockets += ["\(runtime)/docker.sock", "\(runtime)/podman/podman.sock"]
        }
        if let home = environment["HOME"], !home.isEmpty {
            sockets += ["\(home)/.docker/run/docker.sock", "\(home)/.colima/default/docker.sock"]
        }
        sockets.append("/run/podman/podman.sock")
        return sockets.map(EngineAddress.init)
    }
}
