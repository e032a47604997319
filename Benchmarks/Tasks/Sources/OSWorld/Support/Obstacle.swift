/// A reason for which a task cannot run here.
public enum Obstacle: Sendable, Hashable {
    /// Files that it begins with, or that it is held against, are on servers of others.
    case download
    /// It is done on the open network, or what it needs comes from there.
    case network
    /// It needs an account with a service.
    case account
    /// It needs a program that Debian does not have, or that our image lacks.
    case application(String)
    /// It asks a service of the system that does not run in a container.
    case service(String)
    /// A step of its set-up is not known.
    case setup(String)
    /// A getter that it reads its machine by is not known.
    case getter(String)
    /// An evaluator function is not known.
    case function(String)
}

extension Obstacle: CustomStringConvertible {
    /// The reason, in a few words.
    public var description: String {
        switch self {
        case .download: "downloads files"
        case .network: "open network"
        case .account: "an account"
        case .application(let name): name
        case .service(let name): "service \(name)"
        case .setup(let kind): "set-up \(kind)"
        case .getter(let kind): "getter \(kind)"
        case .function(let name): "function \(name)"
        }
    }

    /// What kind of reason it is, to count them.
    public var kind: String {
        switch self {
        case .download, .network, .account: description
        case .application: "a program"
        case .service: "a service"
        case .setup: "a step of the set-up"
        case .getter: "a getter"
        case .function: "an evaluator function"
        }
    }
}
