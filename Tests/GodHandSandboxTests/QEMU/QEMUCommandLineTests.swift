import Foundation
import Testing

@testable import GodHandSandbox

struct QEMUCommandLineTests {
    private func launch(_ change: (inout QEMULaunch) -> Void = { _ in }) -> QEMULaunch {
        var launch = QEMULaunch(
            id: SandboxID(rawValue: "abc"),
            board: .init(
                machine: "q35", processors: 2, memory: 1536 << 20, screen: Size(width: 1280, height: 800),
                kernel: "/m/abc/vmlinuz", initrd: "/m/abc/initrd", commandLine: "quiet root=/dev/vda"),
            memory: "/shm/abc/ram", disk: ["/m/abc/disk-0.qcow2", "/m/abc/disk-1.qcow2"])
        launch.acceleration = .tcg
        change(&launch)
        return launch
    }

    @Test func `every argument of a machine is known`() throws {
        var expected = #"""
            -nodefaults
            -no-user-config
            -S
            -name gh-abc,debug-threads=on
            -machine q35,usb=off,vmport=off,smm=off,hpet=off,graphics=off,dump-guest-core=off,suppress-vmdesc=on,memory-backend=ram0
            -accel tcg,thread=multi,tb-size=128
            -global migration.send-configuration=off
            -cpu \#(QEMUAcceleration.tcg.processor)
            -smp 2
            -m 1536M
            -object memory-backend-file,id=ram0,size=1610612736,mem-path=/shm/abc/ram,share=off
            -kernel /m/abc/vmlinuz
            -initrd /m/abc/initrd
            -append quiet root=/dev/vda
            -blockdev {"driver":"file","filename":"/m/abc/disk-0.qcow2","locking":"off","node-name":"disk-0-file","read-only":true}
            -blockdev {"backing":null,"driver":"qcow2","file":"disk-0-file","node-name":"disk-0","read-only":true}
            -blockdev {"discard":"unmap","driver":"file","filename":"/m/abc/disk-1.qcow2","node-name":"disk-1-file"}
            -blockdev {"backing":"disk-0","discard":"unmap","driver":"qcow2","file":"disk-1-file","node-name":"disk-1"}
            -device virtio-blk-pci,id=disk,drive=disk-1
            -object rng-random,id=rng0,filename=/dev/urandom
            -device virtio-rng-pci,rng=rng0,max-bytes=1024,period=1000
            -device virtio-serial-pci,id=ports,max_ports=4
            -device virtio-gpu-pci,max_outputs=1,xres=1280,yres=800
            -device virtio-keyboard-pci
            -device virtio-tablet-pci
            -display none
            -vnc none
            -chardev socket,id=qmp,fd=0
            -mon chardev=qmp,mode=control
            -rtc base=utc,clock=host
            -msg timestamp=on
            """#
        #if os(Linux)
            expected += "\n-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"
        #endif
        var lines: [String] = []
        for argument in try QEMUCommandLine.arguments(launch()) {
            if argument.hasPrefix("-") { lines.append(argument) } else { lines[lines.count - 1] += " " + argument }
        }
        #expect(lines == expected.split(separator: "\n").map(String.init))
    }

    @Test func `a machine that waits for its state maps its memory for itself`() throws {
        let arguments = try QEMUCommandLine.arguments(
            launch {
                $0.isIncoming = true
                $0.memory = "/frozen/ram"
            })
        #expect(arguments.suffix(2) == ["-incoming", "defer"])
        #expect(arguments.contains("memory-backend-file,id=ram0,size=1610612736,mem-path=/frozen/ram,share=off"))
    }

    @Test func `ports are shown on the loopback address alone, and a machine has no interface unless asked for`() throws
    {
        #expect(try !QEMUCommandLine.arguments(launch()).contains("-netdev"))
        let arguments = try QEMUCommandLine.arguments(
            launch { $0.board.network = .user(address: "52:00:00:00:00:01", ports: [.init(guest: 80, host: 8080)]) })
        #expect(arguments.contains("user,id=net0,restrict=off,hostfwd=tcp:127.0.0.1:8080-:80"))
        #expect(arguments.contains("virtio-net-pci,netdev=net0,mac=52:00:00:00:00:01,romfile="))
    }

    @Test func `a machine without a screen has no device for one`() throws {
        let arguments = try QEMUCommandLine.arguments(launch { $0.board.screen = nil })
        #expect(!arguments.contains { $0.hasPrefix("virtio-gpu") || $0.hasPrefix("virtio-tablet") })
    }

    @Test func `a path with a comma stays one value`() throws {
        let arguments = try QEMUCommandLine.arguments(launch { $0.memory = "/a,share=on/ram" })
        #expect(arguments.contains { $0.contains("mem-path=/a,,share=on/ram,share=off") })
    }
}

struct QCOW2Tests {
    @Test(.qemu, arguments: [1 << 20, 8 << 30, 5 << 40])
    func `QEMU finds nothing wrong with an empty layer`(_ size: Int) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("layer.qcow2")
        try Data(QCOW2.emptyLayer(size: size)).write(to: URL(fileURLWithPath: path))
        #expect(try QCOW2.size(ofDiskAt: path) == size)
        let check = try await QEMUProcess.start([QEMUProgram.image, "check", "-f", "qcow2", path])
        let end = try await check.waitForEnd()
        #expect(end == .exited(0), "\(check.lastWords)")
    }

    @Test func `a disk that names a file below it is refused`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("layer.qcow2")
        var bytes = QCOW2.emptyLayer(size: 1 << 20)
        bytes[15] = 104
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(throws: GodHandError.self) { try QCOW2.size(ofDiskAt: path) }
        try Data("not a disk, but long enough for a header".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: GodHandError.self) { try QCOW2.size(ofDiskAt: path) }
    }
}

struct VMImageTests {
    private func image(_ change: (TemporaryDirectory) throws -> Void = { _ in }) throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        for name in ["disk.qcow2", "vmlinuz", "initrd"] {
            try Data(name.utf8).write(to: URL(fileURLWithPath: directory.file(name)))
        }
        try Data(
            #"""
            {"format": 1, "name": "x", "inputs": "00", "architecture": "x86_64", "commandLine": "quiet", "machine": "q35",
             "memory": 512, "files": {"disk.qcow2": {"size": 10, "sha256": ""}, "vmlinuz": {"size": 7, "sha256": ""}}}
            """#.utf8
        ).write(to: URL(fileURLWithPath: directory.file("image.json")))
        try change(directory)
        return directory
    }

    @Test func `an image behind a link is found, and held as long as it is used`() throws {
        let directory = try image()
        let link = directory.path + "-link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: directory.path)
        defer { try? FileManager.default.removeItem(atPath: link) }
        func isHeld() throws -> Bool { try HostFileSystem().tryLock(directory.file("image.json")) == nil }
        var found: VMImage? = try VMImage(at: link, name: "x")
        #expect(found?.directory == directory.path)
        #expect(found?.description.memory == 512)
        #expect(try isHeld())
        found = nil
        #expect(try !isHeld())
    }

    @Test func `what is missing, cut off or unknown is named`() throws {
        func code(_ change: (TemporaryDirectory) throws -> Void) throws -> GodHandError.Code? {
            let directory = try image(change)
            do {
                _ = try VMImage(at: directory.path, name: "x")
                return nil
            } catch let error as GodHandError { return error.code }
        }
        func write(_ text: String, _ name: String) -> (TemporaryDirectory) throws -> Void {
            { try Data(text.utf8).write(to: URL(fileURLWithPath: $0.file(name))) }
        }
        #expect(try code { try FileManager.default.removeItem(atPath: $0.file("image.json")) } == .imageMissing)
        #expect(try code(write("short", "disk.qcow2")) == .dataDamaged)
        #expect(try code(write("{", "image.json")) == .dataDamaged)
        #expect(try code { _ in } == nil)
    }
}
