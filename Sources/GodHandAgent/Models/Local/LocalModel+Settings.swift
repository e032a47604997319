import GodHandCore

extension LocalModel {
    /// The form in which a model answers.
    public enum Format: String, Sendable, Hashable, Codable, CaseIterable {
        /// One JSON object of our own schema, to which the server holds the model.
        case schema
        /// `Thought: …` and `Action: click(start_box='(x,y)')`, as UI-TARS answers.
        case uiTARS
        /// `<tool_call>{"name": "computer_use", …}</tool_call>`, as Qwen-VL answers.
        case qwenVL
    }

    /// In what a model counts its coordinates.
    public enum Coordinates: String, Sendable, Hashable, Codable, CaseIterable {
        /// Pixels of the picture that it was sent.
        case pixels
        /// From 0 to 1000 along both sides, whatever the picture.
        case thousandths
    }

    /// How a server is asked to hold a model to our schema.
    public enum Constraint: String, Sendable, Hashable, Codable, CaseIterable {
        /// Not at all: the model is only told of the form.
        case none
        /// By a schema in which most may be left out, so that answers are short. llama.cpp, Ollama, vLLM and LM Studio
        /// hold models to it.
        case schema
        /// By a schema that fulfils OpenAI's strict rules: every name is there, with null where there is nothing to say.
        /// OpenAI and services like it hold models to no other.
        case strict
    }

    /// How a local model is asked.
    public struct Settings: Sendable, Hashable, Codable {
        /// The form of the answers.
        public var format: Format
        /// The coordinates of the answers.
        public var coordinates: Coordinates
        /// How large pictures may be. In a size that a model does not change itself, pixels stay what they are.
        public var images: ImageRule
        /// How the server is asked to hold the model to the schema, where the format is ours.
        public var constraint: Constraint
        /// Whether answers are streamed.
        public var streams: Bool
        /// How freely the model chooses its words, from 0; nil for the server's own setting.
        public var temperature: Double?

        /// Makes settings.
        public init(
            format: Format = .schema, coordinates: Coordinates = .pixels, images: ImageRule = .safe,
            constraint: Constraint = .schema, streams: Bool = true, temperature: Double? = 0
        ) {
            self.format = format
            self.coordinates = coordinates
            self.images = images
            self.constraint = constraint
            self.streams = streams
            self.temperature = temperature
        }

        /// UI-TARS of the first version, which counts in thousandths.
        public static let uiTARS = Settings(format: .uiTARS, coordinates: .thousandths)
        /// UI-TARS 1.5, which counts in pixels of the picture after its own resize to multiples of 28; sent in such a
        /// size, a picture stays as it is.
        public static let uiTARS15 = Settings(format: .uiTARS, coordinates: .pixels, images: .patches(of: 28))
        /// Qwen2.5-VL, which counts in pixels of the picture after its own resize to multiples of 28.
        public static let qwen25VL = Settings(format: .qwenVL, coordinates: .pixels, images: .patches(of: 28))
        /// Qwen3-VL, which counts in thousandths.
        public static let qwen3VL = Settings(format: .qwenVL, coordinates: .thousandths, images: .patches(of: 32))

        /// What a model of this name is known to need; our own schema for all others.
        public static func suggested(for name: String) -> Settings {
            let name = name.lowercased().filter { $0.isLetter || $0.isNumber }
            if name.contains("uitars15") { return .uiTARS15 }
            if name.contains("uitars") { return .uiTARS }
            if name.contains("qwen25vl") { return .qwen25VL }
            if name.contains("qwen3vl") { return .qwen3VL }
            return Settings()
        }

        /// The coordinates of the model for a request.
        func scaling(_ request: ModelRequest) -> ScreenScaling {
            switch coordinates {
            case .pixels: ScreenScaling(request: request, rule: images)
            case .thousandths: ScreenScaling(screen: request.screen, space: .perMille)
            }
        }
    }
}

extension ImageRule {
    /// The safe size, in multiples of a model's patches.
    fileprivate static func patches(of side: Int) -> ImageRule {
        ImageRule(longestSide: safe.longestSide, pixelBudget: safe.pixelBudget, multiple: side)
    }
}
