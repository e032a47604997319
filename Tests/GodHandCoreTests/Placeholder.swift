import Testing

@testable import GodHandCore
