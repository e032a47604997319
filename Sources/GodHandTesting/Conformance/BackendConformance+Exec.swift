extension BackendConformance {
    func checkExitCodes() async throws {
        try await withShell { sandbox in
            for (program, code) in [("true", 0), ("false", 1)] as [(String, Int32)] {
                let status = try await sandbox.exec([program]).status
                try expect(status == .exited(code), "'\(program)' ended with \(status).")
            }
        }
    }

    func checkArguments() async throws {
        try await withShell { sandbox in
            let arguments = ["two  words", "", "'", "\"", "$HOME", "`id`", "*", "a\nb", "ü🦉", ";", "--", "\u{1}"]
            let output = try await sandbox.exec(["echo"] + arguments).standardOutput
            try expect(
                output == Array((arguments.joined(separator: " ") + "\n").utf8),
                "Arguments were changed on the way: \(String(decoding: output, as: UTF8.self)).")
        }
    }

    func checkEnvironment() async throws {
        try await withShell { sandbox in
            let value = "a=b c'd\"e$F"
            let environment = try await sandbox.exec(["env"], environment: ["GODHAND_CHECK": value]).output
            try expect(
                environment.split(separator: "\n").contains("GODHAND_CHECK=\(value)"),
                "The variable is not in the environment:\n\(environment)")
            let place = try await sandbox.exec(["pwd"], workingDirectory: directory).output
            try expect(place == directory + "\n", "The working directory is \(place).")
        }
    }

    func checkInput() async throws {
        try await withShell { sandbox in
            let all = (0..<(4 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 11) }
            let echoed = try await sandbox.exec(["cat"], input: .bytes(all), outputLimit: all.count + 1)
            try expect(echoed.standardOutput == all, "4 MiB through 'cat' came back changed or cut.")
            let nothing = try await sandbox.exec(["cat"])
            try expect(nothing.isSuccess && nothing.standardOutput.isEmpty, "Standard input is not empty by default.")
            let ignored = try await sandbox.exec(["true"], input: .bytes(all))
            try expect(ignored.isSuccess, "A command that does not read its input ended with \(ignored.status).")
        }
    }

    func checkSeparateOutputs() async throws {
        try await withShell { sandbox in
            let path = "\(directory)/there"
            try await sandbox.writeFile(path, "to output")
            let result = try await sandbox.exec(["cat", path, "\(directory)/not-there"])
            try expect(result.output == "to output", "Standard output is '\(result.output)'.")
            try expect(result.errorOutput.contains("not-there"), "Standard error is '\(result.errorOutput)'.")
            try expect(result.status == .exited(1), "The command ended with \(result.status).")
        }
    }

    func checkMuchOutput() async throws {
        try await withShell { sandbox in
            let command = ["head", "-c", String(muchOutput), "/dev/zero"]
            let cut = try await sandbox.exec(command, timeout: .seconds(120), outputLimit: 1000)
            try expect(
                cut.standardOutput.count == 1000 && cut.droppedBytes == muchOutput - 1000,
                "Of \(muchOutput) bytes \(cut.standardOutput.count) were kept and \(cut.droppedBytes) dropped.")
            let count = try await sandbox.withExec(command) { process in
                var count = 0
                for try await case .output(let bytes) in process.output { count += bytes.count }
                let status = try await process.status()
                try expect(status.isSuccess, "The command ended with \(status).")
                return count
            }
            try expect(count == muchOutput, "Of \(muchOutput) bytes \(count) were streamed.")
        }
    }

    func checkUnknownProgram() async throws {
        try await withShell { sandbox in
            try await expect(.execFailed, "Running a program that is not there") {
                _ = try await sandbox.exec(["godhand-no-such-program"])
            }
        }
    }

    func checkExecDeadline() async throws {
        try await withShell { sandbox in
            // The leader waits for its child: killing the leader alone would leave the child behind.
            try await expect(.deadlineExceeded, "A command that takes too long") {
                _ = try await sandbox.exec(
                    ["xargs", "sleep"], input: .bytes(Array("86399\n".utf8)), timeout: .milliseconds(500))
            }
            try await expectGone("sleep 86399", in: sandbox)
        }
    }

    func checkExecCancellation() async throws {
        try await withShell { sandbox in
            let input = EndlessInput()
            let task = Task { try await sandbox.exec(["sleep", "86398"], input: .stream(input)) }
            // Input is asked for once the command runs.
            try await input.gate.waitForArrivals()
            task.cancel()
            do {
                _ = try await task.value
                throw ConformanceFailure("A cancelled exec should throw, but did not.")
            } catch is CancellationError {}
            try await expectGone("sleep 86398", in: sandbox)
        }
    }

    func checkExecScope() async throws {
        try await withShell { sandbox in
            try await sandbox.withExec(["sleep", "86397"]) { _ in }
            try await expectGone("sleep 86397", in: sandbox)
        }
    }
}

/// Input of which the first piece never comes.
private struct EndlessInput: AsyncSequence, AsyncIteratorProtocol, Sendable {
    let gate = Gate()

    func makeAsyncIterator() -> EndlessInput { self }

    func next() async throws -> [UInt8]? {
        try await gate.pass()
        return nil
    }
}
