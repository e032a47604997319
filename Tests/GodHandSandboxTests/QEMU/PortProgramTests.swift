import Foundation
import Testing

@testable import GodHandSandbox

#if os(Linux)
    /// The guest's real program against the host's real end.
    @Suite(.timeLimit(.minutes(2))) struct PortProgramTests {
        private static let pattern = (0..<(5 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        private static func noise(_ count: Int) -> [UInt8] { Array(pattern[..<count]) }

        /// A connection as both sides see it.
        private static func connect(_ program: PortProgram, _ port: GuestPort) async throws -> (
            SocketStream, PortStream
        ) {
            // One made before it would end with the session before.
            try await port.waitUntilAnswered()
            let guest = try program.dial()
            return (guest, try await port.accept())
        }

        @Test func `as many connections as there may be, all at once`() async throws {
            let program = try await PortProgram()
            let port = GuestPort(program.host)
            defer { port.close() }
            try await port.waitUntilAnswered()
            let dialled = try (0..<PortSession.streamLimit).map { _ in try program.dial() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, guest) in dialled.enumerated() {
                    group.addTask {
                        let question = [UInt8(index)] + Self.noise(100_000 + index)
                        async let asking: Void = guest.write(question)
                        #expect(try await guest.read(exactly: question.count) == question)
                        try await asking
                    }
                    group.addTask {
                        let host = try await port.accept()
                        while case let bytes = try await host.read(upTo: 10_000), !bytes.isEmpty {
                            try await host.write(bytes)
                        }
                    }
                }
                for _ in dialled { try await group.next() }
                // One more gets in as soon as one has gone.
                let late = try program.dial()
                try await late.write([9])
                dialled[5].close()
                let host = try await port.accept()
                #expect(try await host.read(upTo: 10) == [9])
                for guest in dialled { guest.close() }
                try await group.waitForAll()
            }
        }

        @Test func `a guest that cannot become another says so, and stays in touch`() async throws {
            // It was started without a program for it.
            let program = try await PortProgram()
            let port = GuestPort(program.host)
            defer { port.close() }
            for _ in 0..<2 {
                await #expect {
                    try await port.identify([1, 2, 3])
                } throws: {
                    ($0 as? GodHandError)?.message.contains("its program has ended") == true
                }
                _ = try await Self.connect(program, port)
            }
        }

        @Test func `where no programs can be held, that is said at once`() async throws {
            let program = try await PortProgram()
            let port = GuestPort(program.host)
            defer { port.close() }
            for _ in 0..<3 {
                try await port.holdPrograms()
                port.letProgramsGo()
            }
            _ = try await Self.connect(program, port)
        }

        @Test func `one that nobody reads stops alone`() async throws {
            let program = try await PortProgram()
            let port = GuestPort(program.host)
            defer { port.close() }
            let (stalledGuest, stalledHost) = try await Self.connect(program, port)
            let (guest, host) = try await Self.connect(program, port)
            let much = Self.noise(3 << 20)
            // Neither side of this one is read until the other has carried many times what all buffers hold.
            async let fromGuest: Void = stalledGuest.write(much)
            async let fromHost: Void = stalledHost.write(much)
            for _ in 0..<3 {
                async let sending: Void = guest.write(much)
                #expect(try await host.read(exactly: much.count) == much)
                try await sending
                async let answering: Void = host.write(much)
                #expect(try await guest.read(exactly: much.count) == much)
                try await answering
            }
            #expect(try await stalledHost.read(exactly: much.count) == much)
            #expect(try await stalledGuest.read(exactly: much.count) == much)
            _ = try await (fromGuest, fromHost)
        }

        @Test func `what was said before hanging up still arrives`() async throws {
            let program = try await PortProgram()
            let port = GuestPort(program.host)
            defer { port.close() }
            let (guest, host) = try await Self.connect(program, port)
            async let sending: Void = guest.write(Self.noise(1 << 20))
            #expect(try await host.read(exactly: 100) == Array(Self.noise(100)))
            async let rest = host.readToEnd()
            try await sending
            guest.close()
            #expect(try await rest.count == (1 << 20) - 100)
            #expect(host.hasNews)
            await #expect(throws: TransportFailure.self) { try await host.write([1]) }
        }

        @Test func `a host that hangs up is noticed, also by one that does not read`() async throws {
            let program = try await PortProgram()
            let port = GuestPort(program.host)
            defer { port.close() }
            let (guest, host) = try await Self.connect(program, port)
            let writing = Task { try await host.write(Self.noise(2 << 20)) }
            // The first of it is there, and the rest cannot be.
            #expect(try await guest.read(exactly: 1) == [0])
            host.close()
            await #expect(throws: TransportFailure.self) { try await writing.value }
            let left = try await guest.readToEnd()
            #expect(left.count < 2 << 20)
            #expect(left == Array(Self.noise(left.count + 1).dropFirst()))
            await #expect(throws: TransportFailure.self) { try await guest.write(Self.noise(1 << 20)) }
        }

        @Test func `a wait can be cancelled and leaves the connection whole`() async throws {
            let program = try await PortProgram()
            let port = GuestPort(program.host)
            defer { port.close() }
            let (guest, host) = try await Self.connect(program, port)
            let reading = Task { try await host.read(upTo: 10) }
            let accepting = Task { try await port.accept() }
            reading.cancel()
            accepting.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
            await #expect(throws: CancellationError.self) { _ = try await accepting.value }
            try await guest.write([1, 2, 3])
            #expect(try await host.read(upTo: 10) == [1, 2, 3])
        }

        @Test func `a host may be replaced after any byte that the last one said`() async throws {
            let program = try await PortProgram()
            var host = RawHost(program.host)
            let data = [UInt8](repeating: 0x78, count: 40)
            let script =
                PortFrame(kind: .data, stream: 1, payload: data).bytes
                + PortFrame(kind: .window, stream: 1, payload: [0, 0, 0x10, 0]).bytes
                + PortFrame(kind: .data, stream: 7, payload: data).bytes
                // What it does not know, and one that is longer than may be.
                + [0x51, 0, 0, 0, 1, 0, 3, 1, 2, 3, 0xA5] + [0x44, 0, 0, 0, 1, 0xFF, 0xFF]
                + PortFrame(kind: .reset, payload: Array(1...16)).bytes
                + PortFrame(kind: .close, stream: 1).bytes
                + PortFrame(kind: .data, stream: 1, payload: Self.noise(PortFrame.payloadLimit)).bytes
            let cuts = Array(0...(script.count - PortFrame.payloadLimit)) + [script.count - 2, script.count - 1]
            for cut in cuts {
                try await host.join()
                let old = try program.dial()
                #expect(try await host.next() == PortFrame(kind: .open, stream: 1))
                try await host.stream.write(Array(script[..<cut]))

                // Another one comes, which knows nothing of that.
                try await host.join()
                let heard = try await old.readToEnd()
                #expect(heard.count <= 40 && heard.allSatisfy { $0 == 0x78 }, "cut at \(cut)")
                let new = try program.dial()
                #expect(try await host.next() == PortFrame(kind: .open, stream: 1), "cut at \(cut)")
                try await host.send(PortFrame(kind: .data, stream: 1, payload: [1, 2, 3]))
                #expect(try await new.read(exactly: 3) == [1, 2, 3], "cut at \(cut)")
                try await new.write([4, 5])
                #expect(try await host.next() == PortFrame(kind: .data, stream: 1, payload: [4, 5]), "cut at \(cut)")
            }
        }

        @Test func `a host may be replaced while all is full`() async throws {
            let program = try await PortProgram()
            var host = RawHost(program.host)
            for round in 0..<20 {
                try await host.join()
                let guests = try (0..<8).map { _ in try program.dial() }
                // One that the program had not taken yet would belong to the next host, which reads none of it.
                for number in 1...8 { #expect(try await host.next() == PortFrame(kind: .open, stream: UInt32(number))) }
                let flood = Self.noise(400_000)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for guest in guests { group.addTask { try? await guest.write(flood) } }
                    // It reads up to somewhere, in the middle of a frame as a rule.
                    _ = try await host.stream.read(exactly: 1 + round * 13_007)
                    try await host.join()
                }
                let new = try program.dial()
                #expect(try await host.next() == PortFrame(kind: .open, stream: 1))
                try await new.write([UInt8(round)])
                #expect(
                    try await host.next() == PortFrame(kind: .data, stream: 1, payload: [UInt8(round)]))
            }
        }

        @Test func `a program that was killed is replaced by another on the same port`() async throws {
            let program = try await PortProgram()
            let port = GuestPort(program.host)
            defer { port.close() }
            for round in 0..<10 {
                let (guest, host) = try await Self.connect(program, port)
                let flooding = Task { try? await guest.write(Self.noise(5 << 20)) }
                let answering = Task { try? await host.write(Self.noise(5 << 20)) }
                _ = try await host.read(exactly: round * 10_007)
                program.end()
                await flooding.value
                try program.startAgain()
                // The connection of the first is over once the second has called.
                while !(try await host.read(upTo: 65_536)).isEmpty {}
                await answering.value
            }
            let (guest, host) = try await Self.connect(program, port)
            try await guest.write([1])
            #expect(try await host.read(upTo: 9) == [1])
        }

        @Test func `the end of the machine is the end of all connections`() async throws {
            let program = try await PortProgram()
            let port = GuestPort(program.host)
            let (guest, host) = try await Self.connect(program, port)
            try await guest.write([1])
            #expect(try await host.read(upTo: 9) == [1])
            let accepting = Task { try await port.accept() }
            port.close()
            let error = await failure { _ = try await accepting.value }
            #expect(error?.code == .scopeClosed)
            #expect(try await host.read(upTo: 9).isEmpty)
            await #expect(throws: TransportFailure.self) { try await host.write([1]) }
            // The program sees that too, and lets its side go.
            #expect(try await guest.readToEnd().isEmpty)
        }

        @Test func `much data needs little memory`() async throws {
            let program = try await PortProgram()
            let port = GuestPort(program.host)
            defer { port.close() }
            let (guest, host) = try await Self.connect(program, port)
            let piece = Self.noise(1 << 20)
            let before = try program.status("VmRSS")
            for _ in 0..<128 {
                async let sending: Void = guest.write(piece)
                #expect(try await host.read(exactly: piece.count) == piece)
                try await sending
                async let answering: Void = host.write(piece)
                #expect(try await guest.read(exactly: piece.count) == piece)
                try await answering
            }
            // Its buffers are made when they are first needed.
            #expect(try program.status("VmRSS") - before < 1024)
        }
    }
#endif
