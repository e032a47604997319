import Testing

@testable import GodHandTrace
