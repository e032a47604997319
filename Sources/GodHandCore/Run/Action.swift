/// What an agent does in one step.
public enum Action: Sendable, Hashable, Codable {
    /// Mouse or keyboard.
    case input(InputAction)
    /// A command in the guest.
    case exec([String])
    /// A program or an address to open in the guest.
    case open(String)
    /// Look again without doing anything, after the screen has come to rest.
    case look
    /// Wait for a time.
    case wait(Duration)
    /// The goal is reached; the text answers it.
    case done(String)
    /// The goal cannot be reached; the text says why.
    case fail(String)
    /// A person is asked.
    case ask(String)
}
