public import GodHandCore

/// What is seen at one moment: an observation, with the pixels that its picture was made of and what was found in them.
public struct Sight: Sendable, Hashable {
    /// What a trace keeps of it.
    public var observation: Observation
    /// The pixels of the whole screen.
    public var frame: Frame
    /// The newest change of the display that they show.
    public var serial: UInt64
    /// The elements that were numbered in it, if any were looked for.
    public var marks: [ScreenMark]

    /// Makes a sight.
    public init(observation: Observation, frame: Frame, serial: UInt64, marks: [ScreenMark] = []) {
        self.observation = observation
        self.frame = frame
        self.serial = serial
        self.marks = marks
    }
}

/// An element of the screen that a model can name by its number.
public struct ScreenMark: Sendable, Hashable {
    /// Its number in the marked picture.
    public var number: Int
    /// Its role, as assistive programs know it, such as "push button"; nil if not known.
    public var role: String?
    /// Its name or text.
    public var name: String
    /// Where it is on the screen.
    public var box: Rect

    /// Makes a mark.
    public init(number: Int, role: String? = nil, name: String, box: Rect) {
        self.number = number
        self.role = role
        self.name = name
        self.box = box
    }
}
