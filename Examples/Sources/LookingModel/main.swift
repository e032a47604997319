// Serves the looking policy over the wire of chat completions, for any client that speaks it:
//     swift run --package-path Examples LookingModel 8090      (0: any port that is free)
//     GODHAND_MODEL_URL=http://127.0.0.1:8090 make demo
import Foundation
import LookingPolicy

let port = CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 8090
do {
    let server = try LookingServer(port: port)
    let line = "The looking policy is served at \(server.address.absoluteString) until this is interrupted.\n"
    // Not by print, which holds lines back when the output is a pipe, and whoever started this waits for the address.
    FileHandle.standardOutput.write(Data(line.utf8))
    await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
    server.stop()
} catch {
    print("\(error)")
    exit(1)
}
