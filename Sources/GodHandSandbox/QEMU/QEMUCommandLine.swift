import Foundation

/// The arguments of QEMU: every restriction and every device in one place.
enum QEMUCommandLine {
    /// The id of the memory, the disk's nodes and the bus of the guest's port, by which QMP calls them.
    enum Name {
        static let memory = "ram0"
        static let disk = "disk"
        static let portBus = "ports"
        /// The node of a layer of the disk, which is called like its file.
        static func layer(_ path: String) -> String {
            URL(filePath: path).deletingPathExtension().lastPathComponent
        }
    }

    /// The arguments, without the program.
    ///
    /// QMP is spoken on the standard input. The display's server has no socket, nor has the guest's port: both get
    /// connections through QMP.
    static func arguments(_ launch: QEMULaunch) throws -> [String] {
        let board = launch.board
        var arguments = [
            "-nodefaults", "-no-user-config", "-S",
            "-name", "gh-\(launch.id),debug-threads=on",
            "-machine", machine(board.machine),
            "-accel", launch.acceleration.argument,
            // What is loaded into it later is the state of devices alone, without a description of the machine.
            "-global", "migration.send-configuration=off",
            "-cpu", launch.acceleration.processor,
            "-smp", "\(board.processors)",
            "-m", "\(board.memory >> 20)M",
            "-object", memory(launch),
            "-kernel", escaped(board.kernel),
            "-initrd", escaped(board.initrd),
            "-append", board.commandLine,
        ]
        arguments += try layers(launch.disk).flatMap { ["-blockdev", $0] }
        if let top = launch.disk.last {
            arguments += ["-device", "virtio-blk-pci,id=\(Name.disk),drive=\(Name.layer(top))"]
        }
        // No `vmgenid`, by which a guest's kernel learns that it was copied: what that does, which is to take new randomness,
        // the identity that each copy gets does as well, before any program runs, and without the firmware's byte code.
        arguments += [
            "-object", "rng-random,id=rng0,filename=/dev/urandom",
            "-device", "virtio-rng-pci,rng=rng0,max-bytes=1024,period=1000",
            "-device", "virtio-serial-pci,id=\(Name.portBus),max_ports=4",
        ]
        if let screen = board.screen {
            // Not one with the VGA of old: that has memory of its own, which would be copied into every snapshot.
            arguments += [
                "-device", "virtio-gpu-pci,max_outputs=1,xres=\(screen.width),yres=\(screen.height)",
                "-device", "virtio-keyboard-pci", "-device", "virtio-tablet-pci",
            ]
        }
        arguments += network(board.network)
        arguments += [
            "-display", "none",
            "-vnc", "none",
            "-chardev", "socket,id=qmp,fd=0", "-mon", "chardev=qmp,mode=control",
            "-rtc", "base=utc,clock=host",
            "-msg", "timestamp=on",
        ]
        #if os(Linux)
            arguments += [
                "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
            ]
        #endif
        if launch.isIncoming { arguments += ["-incoming", "defer"] }
        return arguments
    }

    /// The nodes of a disk's layers, the lowest first; the last is written.
    static func layers(_ paths: [String]) throws -> [String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try paths.indices.flatMap { index in
            try layer(
                paths[index], over: index == 0 ? nil : paths[index - 1], isTop: index == paths.count - 1
            ).map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        }
    }

    /// What QMP's `blockdev-add` and the command line know of a layer: the file, and the format in it.
    ///
    /// The layer below is named here. What is written in a file about others is never followed.
    static func layer(_ path: String, over below: String?, isTop: Bool) -> [JSONValue] {
        let name = Name.layer(path)
        var file: [String: JSONValue] = [
            "driver": "file", "node-name": .string("\(name)-file"), "filename": .string(path),
        ]
        var format: [String: JSONValue] = [
            "driver": "qcow2", "node-name": .string(name), "file": .string("\(name)-file"),
            "backing": below.map { .string(Name.layer($0)) } ?? .null,
        ]
        if isTop {
            file["discard"] = "unmap"
            format["discard"] = "unmap"
        } else {
            // Several machines read it, and none writes it: there is nothing to lock.
            file["locking"] = "off"
            file["read-only"] = true
            format["read-only"] = true
        }
        return [.object(file), .object(format)]
    }

    private static func machine(_ kind: String) -> String {
        // What is off is old, or could be made use of by a guest and is needed by none.
        let extras = isPC(kind) ? ",usb=off,vmport=off,smm=off,hpet=off,graphics=off" : ""
        return "\(kind)\(extras),dump-guest-core=off,suppress-vmdesc=on,memory-backend=\(Name.memory)"
    }

    private static func memory(_ launch: QEMULaunch) -> String {
        // Private: the file stays as it is, and pages that the guest writes are the process's own.
        "memory-backend-file,id=\(Name.memory),size=\(launch.board.memory),mem-path=\(escaped(launch.memory)),share=off"
    }

    private static func network(_ network: QEMULaunch.Network) -> [String] {
        guard case .user(let address, let ports) = network else { return [] }
        let forwards = ports.map { ",hostfwd=tcp:127.0.0.1:\($0.host)-:\($0.guest)" }.joined()
        return [
            "-netdev", "user,id=net0,restrict=off\(forwards)",
            "-device", "virtio-net-pci,netdev=net0,mac=\(address),romfile=",
        ]
    }

    private static func isPC(_ machine: String) -> Bool { machine == "q35" || machine.hasPrefix("pc") }

    /// A path in an option: a comma would end the value.
    private static func escaped(_ path: String) -> String { path.replacingOccurrences(of: ",", with: ",,") }
}
