/// What went wrong with a machine, an engine, a peer or a request.
///
/// One type serves every layer. ``code`` is for programs, ``message`` says what happened and why, and ``hint`` says what
/// to do next. ``description`` is safe to show and to log; the cause and the place in the source are in
/// ``debugDescription``.
///
/// A goal that an agent did not reach is an outcome, never an error, and `CancellationError` is never wrapped in one.
public struct GodHandError: Error, Sendable {
    /// What kind of failure it is.
    public var code: Code
    /// What happened, in one sentence, without secrets.
    public var message: String
    /// What the reader can do about it, if anything is known to help.
    public var hint: String?
    /// The error underneath, if another one led to this.
    public var cause: (any Error)?
    /// Where in the source the error was made.
    public var location: Location

    /// Makes an error.
    public init(
        _ code: Code, _ message: String, hint: String? = nil, cause: (any Error)? = nil,
        fileID: String = #fileID, line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
        self.location = Location(fileID: fileID, line: line)
    }

    /// A place in the source.
    public struct Location: Sendable, Hashable {
        /// Module and file, as `#fileID` gives them.
        public var fileID: String
        /// The line, counted from one.
        public var line: Int
    }
}

extension GodHandError {
    /// The kind of a failure: a word that programs compare and traces store.
    ///
    /// It is open: a backend of your own adds its codes as static members, by convention with its name in front
    /// (`"acme.quota"`).
    public struct Code: Sendable, Hashable, Codable, ExpressibleByStringLiteral, CustomStringConvertible {
        /// The word itself.
        public let rawValue: String

        /// Makes a code of a word.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// Makes a code of a literal.
        public init(stringLiteral value: String) { self.init(value) }

        /// Reads a code as a bare string.
        public init(from decoder: any Decoder) throws {
            self.init(try decoder.singleValueContainer().decode(String.self))
        }

        /// Writes a code as a bare string.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(rawValue)
        }

        /// The word itself.
        public var description: String { rawValue }
    }
}

extension GodHandError.Code {
    /// The request itself is wrong; the same request will fail again.
    public static let invalidRequest: Self = "request.invalid"
    /// The thing that was named does not exist.
    public static let notFound: Self = "not-found"
    /// This backend or machine has no such power.
    public static let unsupported: Self = "unsupported"
    /// No engine answers.
    public static let engineUnavailable: Self = "engine.unavailable"
    /// The engine's socket may not be opened by this user.
    public static let engineDenied: Self = "engine.denied"
    /// The engine is too old, or not of a kind that can be used.
    public static let engineIncompatible: Self = "engine.incompatible"
    /// The engine failed or answered what it should not.
    public static let engineFailed: Self = "engine.failed"
    /// The image is not on this engine.
    public static let imageMissing: Self = "image.missing"
    /// The name is in use by something else.
    public static let nameTaken: Self = "name.taken"
    /// The port is in use by something else.
    public static let portInUse: Self = "port.in-use"
    /// A disk is full.
    public static let diskFull: Self = "disk.full"
    /// The machine ended when it should have been running.
    public static let guestExited: Self = "guest.exited"
    /// The machine is there and does not answer.
    public static let guestUnresponsive: Self = "guest.unresponsive"
    /// The machine has no display, or not yet.
    public static let displayUnavailable: Self = "display.unavailable"
    /// The connection to the display is gone.
    public static let displayLost: Self = "display.lost"
    /// A command could not be started in the guest.
    public static let execFailed: Self = "exec.failed"
    /// A peer broke the protocol; its connection was dropped.
    public static let protocolViolation: Self = "protocol.violation"
    /// The time allowed ran out. Whether the effect took place is not known.
    public static let deadlineExceeded: Self = "deadline"
    /// A bound on size or number was reached.
    public static let limitExceeded: Self = "limit"
    /// Stored data is damaged or incomplete.
    public static let dataDamaged: Self = "data.damaged"
    /// The scope in which the machine was to live has ended.
    public static let scopeClosed: Self = "scope-closed"
    /// A file or socket of the host could not be used.
    public static let hostFailed: Self = "host.failed"
    /// The memory or the disk of a machine could not be stored, or not be copied into a new one.
    public static let snapshotFailed: Self = "snapshot.failed"
}

extension GodHandError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Message and hint: what may be shown to anyone.
    public var description: String {
        guard let hint else { return "\(message) [\(code)]" }
        return "\(message) \(hint) [\(code)]"
    }

    /// Everything: description, place and causes.
    public var debugDescription: String {
        var text = "\(description) at \(location.fileID):\(location.line)"
        if let cause { text += "\n  caused by: \(String(reflecting: cause))" }
        return text
    }
}
