/// The mouse and the keyboard by VNC events.
struct VNCInput: InputDriver {
    let link: VNCLink
    let options: VNCOptions
    let clock: any Clock<Duration>

    func perform(_ action: InputAction) async throws {}
}
