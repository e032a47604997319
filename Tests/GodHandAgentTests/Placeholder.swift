import Testing

@testable import GodHandAgent
