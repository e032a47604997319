/// What every backend promises, clause by clause: check your own with it.
/// ```swift
/// @Test(arguments: BackendConformance.Clause.allCases)
/// func honours(_ clause: BackendConformance.Clause) async throws {
///     try await BackendConformance(AcmeBackend(), spec: spec).check(clause)
/// }
/// ```
/// A clause about a facet that the backend does not have counts as not applicable. The guest of the spec needs a few
/// common programs: `cat`, `echo`, `env`, `false`, `head`, `pgrep`, `pwd`, `setsid`, `sleep`, `tar`, `test`, `true`,
/// `xargs`.
public struct BackendConformance: Sendable {
    /// What is checked.
    public let backend: any SandboxBackend
    /// What machines are made.
    public var spec: SandboxSpec
    /// An image that does not exist.
    public var missingImage = "godhand/no-such-image:none"
    /// An absolute directory of the guest in which its user may write, and which is on the disk that snapshots store.
    public var directory = "/var/tmp"
    /// An absolute directory of the guest in which its user may write, and which is in memory, so that only snapshots of
    /// the memory have it.
    public var memoryDirectory = "/dev/shm"
    /// How long the guest may take until the effect of a command shows.
    public var patience = Duration.seconds(10)
    /// Makes a backend that knows nothing of the first, as another process has one; nil for the first itself.
    public var another: (@Sendable () throws -> any SandboxBackend)?
    /// How many bytes a command writes in the clause about much output.
    public var muchOutput = 64 << 20
    /// Input that changes the guest's screen. The usual one clicks in the middle with the right button, and types.
    public var provoke: @Sendable (any Display) async throws -> Void = { display in
        let size = try await display.state().size
        let middle = Point(x: size.width / 2, y: size.height / 2)
        try await display.input.perform(.click(at: middle, button: .right))
        try await display.input.perform(.type("a"))
    }

    /// Prepares to check a backend.
    ///
    /// - Parameters:
    ///   - backend: What to check.
    ///   - spec: What machines to make; with a screen, unless the backend has none.
    public init(_ backend: any SandboxBackend, spec: SandboxSpec = .desktop) {
        self.backend = backend
        self.spec = spec
    }

    /// How a check that did not fail went.
    public enum Verdict: Sendable, Hashable {
        /// The backend keeps the promise.
        case satisfied
        /// The promise is about a facet that the backend does not have; which one.
        case notApplicable(String)
    }

    /// Checks one promise.
    ///
    /// - Throws: ``ConformanceFailure`` if it is broken, or the error of a call that should have worked.
    @discardableResult
    public func check(_ clause: Clause) async throws -> Verdict {
        do {
            try await run(clause)
            return .satisfied
        } catch let missing as MissingFacet { return .notApplicable(missing.name) }
    }

    private func run(_ clause: Clause) async throws {
        switch clause {
        case .machinesHaveNamesOfTheirOwn: try await checkNames()
        case .machinesAreIsolated: try await checkIsolation()
        case .destroyingTwiceIsHarmless: try await checkDestroyTwice()
        case .destroyedMachinesRefuse: try await checkUseAfterDestroy()
        case .aMissingImageIsNamed: try await checkMissingImage()
        case .aCancelledCreateLeavesNothing: try await checkCancelledCreate()
        case .theLedgerComesFirst: try await checkLedgerFirst()
        case .aScopeLeavesNothing: try await checkScope()
        case .theReaperListsMachines: try await checkReaper()
        case .aSweepRemovesWhatTheDeadLeft: try await checkSweep()
        case .pausingCanBeRepeated: try await checkPausing()
        case .exitCodesAreValues: try await checkExitCodes()
        case .argumentsArriveUnchanged: try await checkArguments()
        case .environmentAndDirectoryCount: try await checkEnvironment()
        case .inputAndOutputFlowTogether: try await checkInput()
        case .outputsAreSeparate: try await checkSeparateOutputs()
        case .muchOutputIsWhole: try await checkMuchOutput()
        case .unknownProgramsFailToStart: try await checkUnknownProgram()
        case .aDeadlineKillsTheWholeGroup: try await checkExecDeadline()
        case .aCancelledCommandDies: try await checkExecCancellation()
        case .leavingTheScopeKillsTheCommand: try await checkExecScope()
        case .filesComeBackAsTheyWent: try await checkFiles()
        case .treesComeBackAsTheyWent: try await checkTrees()
        case .missingFilesAreNamed: try await checkMissingFiles()
        case .theScreenHasTheSizeAskedFor: try await checkScreenSize()
        case .inputReachesTheGuest: try await checkInputReaches()
        case .changesAreByLevel: try await checkChanges()
        case .pointsOutsideAreRefused: try await checkPointsOutside()
        case .snapshotsKeepFiles: try await checkSnapshot()
        case .forksAreIndependent: try await checkForks()
        case .deletedSnapshotsAreNotFound: try await checkDeletedSnapshot()
        case .sealedMachinesKeepNothing: try await checkSealed()
        case .liveForksGoOn: try await checkLiveForks()
        case .preparedForksAreLikeOthers: try await checkPreparedForks()
        case .liveForksShowTheSame: try await checkLiveForksShow()
        case .liveForksAreIndependent: try await checkLiveForksAreIndependent()
        case .forksOfForksGoOn: try await checkForkOfFork()
        case .liveForksHaveIdentities: try await checkForkIdentity()
        case .pausedMachinesForkIntoRunning: try await checkForkOfPaused()
        case .aRefusedForkLeavesNothing: try await checkRefusedFork()
        case .aCancelledForkLeavesNothing: try await checkCancelledFork()
        case .aSweepRemovesForks: try await checkSweepOfForks()
        case .memorySnapshotsGoOn: try await checkMemorySnapshot()
        case .memorySnapshotsServeOften: try await checkRepeatedRestore()
        case .deletedMemorySnapshotsAreNotFound: try await checkDeletedMemorySnapshot()
        case .aCancelledMemorySnapshotLeavesNothing: try await checkCancelledMemorySnapshot()
        }
    }

    /// A promise.
    public enum Clause: String, Sendable, Hashable, CaseIterable {
        /// Two machines of one spec have different ids.
        case machinesHaveNamesOfTheirOwn
        /// A file of one machine is not in another.
        case machinesAreIsolated
        /// Destroying again does nothing.
        case destroyingTwiceIsHarmless
        /// Commands and frames of a destroyed machine throw, and do not hang.
        case destroyedMachinesRefuse
        /// A missing image has the code `image.missing`, and nothing is left.
        case aMissingImageIsNamed
        /// A create that is cancelled right after its intent was written leaves neither machine nor entry.
        case aCancelledCreateLeavesNothing
        /// Without an entry in the ledger there is no machine.
        case theLedgerComesFirst
        /// What a scope made is gone with it, and so are its entries in the ledger.
        case aScopeLeavesNothing
        /// The reaper lists a machine with its owner, image and labels.
        case theReaperListsMachines
        /// A sweep removes the machine of an owner whose lock is free.
        case aSweepRemovesWhatTheDeadLeft
        /// Pausing and resuming twice is harmless, and the machine works afterwards.
        case pausingCanBeRepeated
        /// A command's exit code is handed on.
        case exitCodesAreValues
        /// Arguments are bytes: blanks, quotes, wildcards, line feeds and empty ones survive.
        case argumentsArriveUnchanged
        /// Environment and working directory are those asked for.
        case environmentAndDirectoryCount
        /// Megabytes through a command in both directions at once neither block nor change.
        case inputAndOutputFlowTogether
        /// Standard output and standard error are told apart.
        case outputsAreSeparate
        /// Much output is whole when it is streamed, and counted when it is cut.
        case muchOutputIsWhole
        /// A program that is not there has the code `exec.failed`.
        case unknownProgramsFailToStart
        /// A deadline kills a command and its children.
        case aDeadlineKillsTheWholeGroup
        /// Cancelling the caller kills a command, and throws `CancellationError`.
        case aCancelledCommandDies
        /// A command that is lent to a scope dies with it.
        case leavingTheScopeKillsTheCommand
        /// A file of all byte values, and an empty one, survive the way in and out.
        case filesComeBackAsTheyWent
        /// A directory survives the way in and out.
        case treesComeBackAsTheyWent
        /// A missing file has the code `not-found`.
        case missingFilesAreNamed
        /// State and frame have the size of the spec.
        case theScreenHasTheSizeAskedFor
        /// Input changes the screen.
        case inputReachesTheGuest
        /// A change that has passed is told at once, again and again; one that never comes is nil after the time.
        case changesAreByLevel
        /// Points outside the screen have the code `request.invalid`.
        case pointsOutsideAreRefused
        /// A machine made of a snapshot has its files.
        case snapshotsKeepFiles
        /// Forks have the files of their origin, and then go their own ways.
        case forksAreIndependent
        /// A deleted snapshot has the code `not-found`.
        case deletedSnapshotsAreNotFound
        /// A sealed machine can store neither its disk nor its memory.
        case sealedMachinesKeepNothing
        /// Live forks have the running programs, the memory and the disk of their origin, which goes on as well.
        case liveForksGoOn
        /// Forks that were prepared begin as their origin is when they are made; there may be more or fewer than expected, and
        /// what no fork came for goes with its origin.
        case preparedForksAreLikeOthers
        /// A live fork's screen shows what its origin's did; input to one does not reach the other.
        case liveForksShowTheSame
        /// Live forks and their origin go their own ways, and none needs another to be there.
        case liveForksAreIndependent
        /// A fork can be forked and then destroyed, and its origin can be forked again.
        case forksOfForksGoOn
        /// Live forks share neither host name nor machine id nor randomness.
        case liveForksHaveIdentities
        /// A machine that stands still is forked into machines that run.
        case pausedMachinesForkIntoRunning
        /// A fork of which one machine cannot be written down leaves no machine and no entry, and its origin goes on.
        case aRefusedForkLeavesNothing
        /// So does one that is cancelled half-way.
        case aCancelledForkLeavesNothing
        /// A sweep removes the live forks of an owner whose lock is free, and leaves their origin alone.
        case aSweepRemovesForks
        /// A machine made of stored memory, in another scope by another backend value, goes on where the origin was.
        case memorySnapshotsGoOn
        /// Machines made of one memory snapshot are independent, of identities of their own, and can be stored again.
        case memorySnapshotsServeOften
        /// A deleted memory snapshot has the code `not-found`; deleting twice is harmless, and so it is to machines.
        case deletedMemorySnapshotsAreNotFound
        /// A cancelled memory snapshot leaves nothing of its name, and the machine goes on.
        case aCancelledMemorySnapshotLeavesNothing
    }
}

/// A promise that a backend does not keep.
public struct ConformanceFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, in one sentence.
    public var description: String

    /// Makes a failure.
    public init(_ description: String) { self.description = description }
}

/// Ends a check whose subject the backend does not have.
struct MissingFacet: Error { var name: String }
