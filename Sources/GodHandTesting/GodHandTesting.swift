@_exported public import GodHandCore
