extension SandboxSpec {
    /// The spec itself, if a machine could be made of it.
    ///
    /// Scopes call this before any backend sees a spec, so a backend need not check what is checked here.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` that names the first thing that makes no sense.
    public func validated() throws -> SandboxSpec {
        try require(!image.isEmpty && Self.isText(image), "an image must be named", "Set 'image'.")
        if let screen {
            let sides = 64...4096
            try require(
                sides.contains(screen.width) && sides.contains(screen.height), "a screen of \(screen) is not possible",
                "Width and height must be 64 to 4096 pixels.")
        }
        try require(
            cpus.isFinite && cpus > 0 && cpus <= 1024, "\(cpus) processors are not possible", "Use 0.1 to 1024.")
        try require(
            memory >= 64 << 20 && memory <= 1 << 46, "\(memory) bytes of memory are not possible",
            "Use at least 64 MiB: memory is counted in bytes.")
        try require(
            (16...4_194_304).contains(processLimit), "a limit of \(processLimit) processes is not possible",
            "Use at least 16.")
        try validateNames()
        try validateMounts()
        try validatePorts()
        for (name, time) in [
            ("create", timeouts.create), ("exec", timeouts.exec), ("snapshot", timeouts.snapshot),
            ("destroy", timeouts.destroy),
        ] { try require(time > .zero, "no time is allowed for \(name)", "Make timeouts.\(name) longer than zero.") }
        return self
    }

    private func validateNames() throws {
        if let name {
            try require(
                Self.isName(name) && SandboxID(rawValue: name).isPlain, "'\(name.prefix(80))' cannot name a machine",
                "Use 1 to 63 lower-case letters, digits and dashes, beginning with a letter or digit.")
        }
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
            try require(
                Self.isEnvironmentName(name), "'\(name)' cannot name an environment variable",
                "Use letters, digits and underscores, not beginning with a digit.")
            try require(Self.isText(value), "the environment variable \(name) holds a NUL byte", nil)
        }
        if let user {
            try require(
                !user.isEmpty && user.utf8.count <= 256 && Self.isText(user) && !user.hasPrefix("-"),
                "'\(user)' cannot be a user", "Use a number or a name of the guest.")
        }
        if let hostname {
            try require(
                Self.isHostname(hostname), "'\(hostname)' cannot be a host name",
                "Use 1 to 63 letters, digits and dashes, with no dash at either end.")
        }
        if case .named(let network) = network {
            try require(
                Self.isName(network), "'\(network)' cannot name a network",
                "Use 1 to 63 letters, digits, dots, dashes and underscores, beginning with a letter or digit.")
        }
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
            try require(!key.isEmpty && Self.isText(key) && Self.isText(value), "the label '\(key)' is not usable", nil)
            try require(
                !key.hasPrefix("dev.godhand."), "the label '\(key)' is reserved",
                "Labels of your own must not begin with 'dev.godhand.'.")
        }
    }

    private func validateMounts() throws {
        var targets: Set<String> = []
        for mount in mounts {
            for path in [mount.source, mount.target] {
                try require(
                    path.hasPrefix("/") && Self.isText(path) && !path.split(separator: "/").contains(".."),
                    "'\(path)' cannot be used for a mount", "Give an absolute path without '..'.")
            }
            try require(
                mount.target.contains { $0 != "/" }, "a mount cannot replace the guest's root",
                "Mount at a directory below '/'.")
            try require(
                targets.insert(mount.target).inserted, "two mounts have the target '\(mount.target)'",
                "Give each mount a target of its own.")
        }
    }

    private func validatePorts() throws {
        try require(
            ports.isEmpty || network == .full, "ports cannot be shown on the host from a machine with this network",
            "Set 'network' to '.full', or leave 'ports' empty.")
        var taken: Set<Int> = []
        for port in ports {
            for number in [port.guest, port.host] {
                try require((1...65_535).contains(number), "\(number) is not a port", "Ports run from 1 to 65535.")
            }
            try require(
                taken.insert(port.host).inserted, "the host's port \(port.host) is asked for twice",
                "Give each port of the guest one of its own on the host.")
        }
    }

    private func require(_ condition: Bool, _ problem: String, _ hint: String?) throws {
        if !condition { throw GodHandError(.invalidRequest, "The spec makes no sense: \(problem).", hint: hint) }
    }

    private static func isText(_ text: String) -> Bool { !text.utf8.contains(0) }

    static func isEnvironmentName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !isDigit(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isHostname(_ name: String) -> Bool {
        let dash = UInt8(ascii: "-")
        guard (1...63).contains(name.utf8.count), name.utf8.first != dash, name.utf8.last != dash else { return false }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == dash }
    }

    /// What engines take for a name, and what is one part of a path: a socket's path has room for no longer one.
    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetter(first) || isDigit(first), name.utf8.count <= 63 else {
            return false
        }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
