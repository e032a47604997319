// Serves the looking policy over the wire of chat completions, for any client that speaks it:
//     swift run --package-path Examples LookingModel 8090
//     GODHAND_MODEL_URL=http://127.0.0.1:8090 make demo
import Foundation
import LookingPolicy

let port = CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 8090
do {
    let server = try LookingServer(port: port)
    print("The looking policy is served at \(server.address.absoluteString) until this is interrupted.")
    await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
    server.stop()
} catch {
    print("\(error)")
    exit(1)
}
