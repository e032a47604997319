import Testing

@testable import GodHandSandbox
