import Foundation
public import GodHandCore

/// Sends requests to model providers and brings the answers back: the part that all adapters share.
///
/// A request is tried again after a status of 408, 409, 429 or 500 and above and when the connection fails, as long as
/// nothing of an answer was taken; never after another status. An error inside a stream that began well fails the whole
/// turn. A cancelled task drops the connection at once.
public struct ModelTransport: Sendable {
    /// How often a request is tried.
    public var retries: RetryPolicy
    /// How long a provider may be silent, also before it begins to answer.
    public var idleLimit: Duration
    /// How long a turn may take in all, tries and pauses included.
    public var totalLimit: Duration
    /// The most bytes of an answer that are read.
    public var maximumResponse: Int
    /// The unix socket to go through instead of the network.
    public var unixSocket: String?
    private let clock: any Clock<Duration>
    private let random: @Sendable () -> Double
    private let wallClock: @Sendable () -> Date
    private let client: HTTPClient

    /// Makes a transport.
    ///
    /// - Parameters:
    ///   - retries: How often a request is tried.
    ///   - idleLimit: How long a provider may be silent.
    ///   - totalLimit: How long a turn may take in all.
    ///   - maximumResponse: The most bytes of an answer that are read.
    ///   - unixSocket: The unix socket to go through instead of the network.
    ///   - clock: What measures the limits and the pauses.
    ///   - random: Gives numbers from 0 to 1 for the pauses.
    public init(
        retries: RetryPolicy = RetryPolicy(), idleLimit: Duration = .seconds(120), totalLimit: Duration = .seconds(600),
        maximumResponse: Int = 16 << 20, unixSocket: String? = nil, clock: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        self.retries = retries
        self.idleLimit = idleLimit
        self.totalLimit = totalLimit
        self.maximumResponse = maximumResponse
        self.unixSocket = unixSocket
        self.clock = clock
        self.random = random
        wallClock = { Date() }
        client = .shared
    }

    /// Sends a request and reads the whole answer as JSON.
    ///
    /// - Throws: `GodHandError` with a code of the `model.` family, or `deadline`; `CancellationError`.
    public func json(_ call: ProviderCall) async throws -> JSONValue {
        try await tried(call) { response, _ in
            let bytes = try await body(of: response, call, limit: maximumResponse)
            do { return try JSONDecoder().decode(JSONValue.self, from: Data(bytes)) } catch {
                throw call.nonsense("something that is not JSON", bytes)
            }
        }
    }

    /// Sends a request and reads the answer as server-sent events, until a turn is complete.
    ///
    /// - Parameters:
    ///   - call: The request.
    ///   - initial: What the turn is before its first event; each try begins with it.
    ///   - take: Adds an event to the turn; true if it is complete now.
    /// - Throws: `GodHandError` with a code of the `model.` family, or `deadline`; `CancellationError`; what `take`
    ///   throws.
    public func events<Turn: Sendable>(
        _ call: ProviderCall, into initial: Turn,
        _ take: @escaping @Sendable (inout Turn, ServerSentEvents.Event) throws -> Bool
    ) async throws -> Turn {
        try await tried(call) { response, hasBegun in
            let type = response.head["content-type"]?.lowercased() ?? ""
            guard type.isEmpty || type.contains("text/event-stream") else {
                let bytes = try await body(of: response, call, limit: 64 << 10)
                throw call.nonsense("\(type) instead of a stream of events", bytes)
            }
            var turn = initial
            var events = ServerSentEvents(maximumEventBytes: maximumResponse)
            var count = 0
            var chunks = response.body.makeAsyncIterator()
            while let chunk = try await next(&chunks, call) {
                count += chunk.count
                guard count <= maximumResponse else { throw call.tooLong(maximumResponse) }
                for event in try events.append(chunk) {
                    hasBegun = true
                    if try take(&turn, event) { return turn }
                }
            }
            throw call.unreachable("broke off in the middle of an answer")
        }
    }

    // MARK: Tries

    /// A failure that another try may mend, with the pause that the provider asks for.
    private struct Passing: Error {
        var error: GodHandError
        var pause: Duration?
    }

    private func tried<Answer: Sendable>(
        _ call: ProviderCall,
        _ read: @escaping @Sendable (HTTPResponse, inout Bool) async throws -> Answer
    ) async throws -> Answer {
        try await withDeadline(totalLimit, clock: clock, "Asking \(call.provider)") {
            var number = 1
            while true {
                do { return try await once(call, read) } catch let passing as Passing {
                    guard number < retries.tries else { throw passing.error }
                    let pause = retries.pause(afterTry: number, asked: passing.pause, random: random())
                    try await clock.sleep(for: pause)
                    number += 1
                }
            }
        }
    }

    private func once<Answer: Sendable>(
        _ call: ProviderCall, _ read: @Sendable (HTTPResponse, inout Bool) async throws -> Answer
    ) async throws -> Answer {
        let request = try call.request(unixSocket: unixSocket)
        var hasBegun = false
        do {
            let response = try await withDeadline(idleLimit, clock: clock, "Waiting for \(call.provider)") {
                try await client.send(request)
            }
            guard (200..<300).contains(response.status) else { throw try await failure(response, call) }
            return try await read(response, &hasBegun)
        } catch let failure as TransportFailure {
            let error = call.unreachable("failed: \(failure.reason)", failure)
            throw hasBegun ? error : Passing(error: error)
        } catch let error as GodHandError where error.code == .deadlineExceeded {
            // The whole request's deadline cancels this task, and comes through here as a cancellation instead.
            throw hasBegun ? error : Passing(error: error)
        } catch let error as GodHandError where error.code == .limitExceeded {
            throw call.tooLong(maximumResponse)
        } catch let error as GodHandError where error.code == .protocolViolation {
            throw call.unreachable("ended before an answer", error)
        }
    }

    private func failure(_ response: HTTPResponse, _ call: ProviderCall) async throws -> any Error {
        // Some of the text is enough, and a provider that fails may fail at that too.
        var bytes: [UInt8] = []
        var chunks = response.body.makeAsyncIterator()
        do {
            while bytes.count < 64 << 10, let chunk = try await next(&chunks, call) { bytes += chunk }
        } catch is CancellationError {
            throw CancellationError()
        } catch {}
        let failure = ProviderFailure(
            provider: call.provider, status: response.status, body: Array(bytes.prefix(64 << 10)))
        let error = failure.error(without: call.secrets)
        guard failure.isWorthRetrying else { return error }
        return Passing(error: error, pause: RetryPolicy.askedPause(response.head, now: wallClock()))
    }

    // MARK: Bodies

    private func body(of response: HTTPResponse, _ call: ProviderCall, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunks = response.body.makeAsyncIterator()
        while let chunk = try await next(&chunks, call) {
            guard bytes.count + chunk.count <= limit else { throw call.tooLong(limit) }
            bytes += chunk
        }
        return bytes
    }

    private func next(_ chunks: inout HTTPBody.Iterator, _ call: ProviderCall) async throws -> [UInt8]? {
        let iterator = chunks
        return try await withDeadline(idleLimit, clock: clock, "Waiting for more of \(call.provider)'s answer") {
            // A copy reads from the same connection.
            var iterator = iterator
            return try await iterator.next()
        }
    }
}
