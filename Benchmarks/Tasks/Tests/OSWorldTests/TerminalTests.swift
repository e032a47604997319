import Testing

@testable import OSWorld

@Suite("A terminal's text")
struct TerminalTests {
    @Test(
        "is read once the shell asks for the next command",
        arguments: [
            ("user@desktop:~$ stty size\n43 132\nuser@desktop:~$ \n\n\n", true),
            ("user@desktop:~/Desktop$", true),
            ("root@desktop:/# ", true),
            ("user@desktop:~$ stty size\n\n\n", false),
            ("user@desktop:~$ \nuser@desktop:~$ stty size\n\n", false),
            ("", false),
            ("\n \n", false),
        ])
    func prompt(_ text: String, _ asks: Bool) {
        #expect(OSWorldGuest.asksForCommand(text) == asks)
    }
}
