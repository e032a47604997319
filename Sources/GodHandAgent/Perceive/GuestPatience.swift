/// How long a small question to the guest may take. It is answered in milliseconds; but a machine that is translated, on a
/// host that is busy with others, can take seconds, and giving up would end a run that is well.
enum GuestPatience {
    static let question = Duration.seconds(20)
    /// To read the text of a screen is work: a second in a container, ten and more where a machine is translated.
    static let reading = Duration.seconds(180)
}
