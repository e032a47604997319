/// The names of keys, as text that is taken apart once.
///
/// The names and numbers are those of the X headers `keysymdef.h` and `XF86keysym.h`, without the scripts that have
/// Unicode keysyms and without keys that no keyboard of today has.
enum KeysymNames {
    /// 0x20 to 0x7e, in order.
    private static let ascii = """
        space exclam quotedbl numbersign dollar percent ampersand apostrophe parenleft parenright asterisk plus
        comma minus period slash 0 1 2 3 4 5 6 7 8 9 colon semicolon less equal greater question at A B C D E F
        G H I J K L M N O P Q R S T U V W X Y Z bracketleft backslash bracketright asciicircum underscore grave
        a b c d e f g h i j k l m n o p q r s t u v w x y z braceleft bar braceright asciitilde
        """

    /// 0xa0 to 0xff, in order.
    private static let latin1 = """
        nobreakspace exclamdown cent sterling currency yen brokenbar section diaeresis copyright ordfeminine
        guillemotleft notsign hyphen registered macron degree plusminus twosuperior threesuperior acute mu
        paragraph periodcentered cedilla onesuperior masculine guillemotright onequarter onehalf threequarters
        questiondown Agrave Aacute Acircumflex Atilde Adiaeresis Aring AE Ccedilla Egrave Eacute Ecircumflex
        Ediaeresis Igrave Iacute Icircumflex Idiaeresis ETH Ntilde Ograve Oacute Ocircumflex Otilde Odiaeresis
        multiply Oslash Ugrave Uacute Ucircumflex Udiaeresis Yacute THORN ssharp agrave aacute acircumflex
        atilde adiaeresis aring ae ccedilla egrave eacute ecircumflex ediaeresis igrave iacute icircumflex
        idiaeresis eth ntilde ograve oacute ocircumflex otilde odiaeresis division oslash ugrave uacute
        ucircumflex udiaeresis yacute thorn ydiaeresis
        """

    /// Names with their numbers in base 16. Where two have the same number, the first one is the key's own name.
    private static let keys = """
        BackSpace ff08 Tab ff09 Linefeed ff0a Clear ff0b Return ff0d Pause ff13 Scroll_Lock ff14 Sys_Req ff15
        Escape ff1b Delete ffff Multi_key ff20 Kanji ff21 Muhenkan ff22 Henkan_Mode ff23 Henkan ff23 Romaji ff24
        Hiragana ff25 Katakana ff26 Hiragana_Katakana ff27 Zenkaku ff28 Hankaku ff29 Zenkaku_Hankaku ff2a
        Touroku ff2b Massyo ff2c Kana_Lock ff2d Kana_Shift ff2e Eisu_Shift ff2f Eisu_toggle ff30 Home ff50 Left
        ff51 Up ff52 Right ff53 Down ff54 Prior ff55 Page_Up ff55 Next ff56 Page_Down ff56 End ff57 Begin ff58
        Select ff60 Print ff61 Execute ff62 Insert ff63 Undo ff65 Redo ff66 Menu ff67 Find ff68 Cancel ff69 Help
        ff6a Break ff6b Num_Lock ff7f KP_Space ff80 KP_Tab ff89 KP_Enter ff8d KP_F1 ff91 KP_F2 ff92 KP_F3 ff93
        KP_F4 ff94 KP_Home ff95 KP_Left ff96 KP_Up ff97 KP_Right ff98 KP_Down ff99 KP_Prior ff9a KP_Page_Up ff9a
        KP_Next ff9b KP_Page_Down ff9b KP_End ff9c KP_Begin ff9d KP_Insert ff9e KP_Delete ff9f KP_Equal ffbd
        KP_Multiply ffaa KP_Add ffab KP_Separator ffac KP_Subtract ffad KP_Decimal ffae KP_Divide ffaf Shift_L
        ffe1 Shift_R ffe2 Control_L ffe3 Control_R ffe4 Caps_Lock ffe5 Shift_Lock ffe6 Meta_L ffe7 Meta_R ffe8
        Alt_L ffe9 Alt_R ffea Super_L ffeb Super_R ffec Hyper_L ffed Hyper_R ffee ISO_Lock fe01 ISO_Level2_Latch
        fe02 ISO_Level3_Shift fe03 ISO_Level3_Latch fe04 ISO_Level3_Lock fe05 ISO_Level5_Shift fe11
        ISO_Level5_Latch fe12 ISO_Level5_Lock fe13 ISO_Group_Shift ff7e ISO_Group_Latch fe06 ISO_Group_Lock fe07
        ISO_Next_Group fe08 ISO_Next_Group_Lock fe09 ISO_Prev_Group fe0a ISO_Prev_Group_Lock fe0b
        ISO_First_Group fe0c ISO_First_Group_Lock fe0d ISO_Last_Group fe0e ISO_Last_Group_Lock fe0f ISO_Left_Tab
        fe20 ISO_Enter fe34 dead_grave fe50 dead_acute fe51 dead_circumflex fe52 dead_tilde fe53
        dead_perispomeni fe53 dead_macron fe54 dead_breve fe55 dead_abovedot fe56 dead_diaeresis fe57
        dead_abovering fe58 dead_doubleacute fe59 dead_caron fe5a dead_cedilla fe5b dead_ogonek fe5c dead_iota
        fe5d dead_voiced_sound fe5e dead_semivoiced_sound fe5f dead_belowdot fe60 dead_hook fe61 dead_horn fe62
        dead_stroke fe63 dead_abovecomma fe64 dead_psili fe64 dead_abovereversedcomma fe65 dead_dasia fe65
        dead_doublegrave fe66 dead_belowring fe67 dead_belowmacron fe68 dead_belowcircumflex fe69
        dead_belowtilde fe6a dead_belowbreve fe6b dead_belowdiaeresis fe6c dead_invertedbreve fe6d
        dead_belowcomma fe6e dead_currency fe6f dead_lowline fe90 dead_aboveverticalline fe91
        dead_belowverticalline fe92 dead_longsolidusoverlay fe93 dead_greek fe8c Hangul ff31 Hangul_Start ff32
        Hangul_End ff33 Hangul_Hanja ff34 Hangul_Jamo ff35 Hangul_Romaja ff36 Hangul_Jeonja ff38 Hangul_Banja
        ff39 Hangul_PreHanja ff3a Hangul_PostHanja ff3b Hangul_Special ff3f Mode_switch ff7e EuroSign 20ac
        quoteright 27 quoteleft 60 Eth d0 Thorn de Ooblique d8 ooblique f8
        """

    /// Names without their `XF86`, with their numbers in base 16 above 0x1008ff00.
    private static let media = """
        ModeLock 1 MonBrightnessUp 2 MonBrightnessDown 3 KbdLightOnOff 4 KbdBrightnessUp 5 KbdBrightnessDown 6
        MonBrightnessCycle 7 Standby 10 AudioLowerVolume 11 AudioMute 12 AudioRaiseVolume 13 AudioPlay 14
        AudioStop 15 AudioPrev 16 AudioNext 17 HomePage 18 Mail 19 Start 1a Search 1b AudioRecord 1c Calculator
        1d ToDoList 1f Calendar 20 PowerDown 21 ContrastAdjust 22 Back 26 Forward 27 Stop 28 Refresh 29 PowerOff
        2a WakeUp 2b Eject 2c ScreenSaver 2d WWW 2e Sleep 2f Favorites 30 AudioPause 31 AudioMedia 32 MyComputer
        33 VendorHome 34 History 37 OpenURL 38 AddFavorite 39 BrightnessAdjust 3b AudioRewind 3e Launch0 40
        Launch1 41 Launch2 42 Launch3 43 Launch4 44 Launch5 45 Launch6 46 Launch7 47 Launch8 48 Launch9 49
        LaunchA 4a LaunchB 4b LaunchC 4c LaunchD 4d LaunchE 4e LaunchF 4f ApplicationLeft 50 ApplicationRight 51
        CD 53 Clear 55 Close 56 Copy 57 Cut 58 Display 59 DOS 5a Documents 5b Excel 5c Explorer 5d Game 5e Go 5f
        LogOff 61 New 68 News 69 OfficeHome 6a Open 6b Option 6c Paste 6d Phone 6e Reply 72 Reload 73
        RotateWindows 74 Save 77 ScrollUp 78 ScrollDown 79 ScrollClick 7a Send 7b SplitScreen 7d Support 7e
        TaskPane 7f Terminal 80 Tools 81 Video 87 WheelButton 88 Word 89 ZoomIn 8b ZoomOut 8c Away 8d Messenger
        8e WebCam 8f MailForward 90 Pictures 91 Music 92 Battery 93 Bluetooth 94 WLAN 95 AudioForward 97
        AudioRepeat 98 AudioRandomPlay 99 Subtitle 9a AudioCycleTrack 9b CycleAngle 9c FrameBack 9d FrameForward
        9e Time 9f Select a0 View a1 TopMenu a2 Red a3 Green a4 Yellow a5 Blue a6 Suspend a7 Hibernate a8
        TouchpadToggle a9 TouchpadOn b0 TouchpadOff b1 AudioMicMute b2 Keyboard b3 WWAN b4 AudioPreset b6
        RotationLockToggle b7 FullScreen b8
        """

    /// What models and people call keys, in lower case, and what they mean.
    private static let everyday = """
        ctrl Control_L control Control_L lctrl Control_L rctrl Control_R ctrl_l Control_L ctrl_r Control_R
        controlleft Control_L controlright Control_R shift Shift_L lshift Shift_L rshift Shift_R shiftleft
        Shift_L shiftright Shift_R alt Alt_L lalt Alt_L ralt Alt_R altleft Alt_L altright Alt_R option Alt_L opt
        Alt_L altgr ISO_Level3_Shift altgraph ISO_Level3_Shift cmd Super_L command Super_L meta Super_L super
        Super_L win Super_L windows Super_L metaleft Super_L metaright Super_R winleft Super_L winright Super_R
        os Super_L hyper Hyper_L enter Return numpadenter KP_Enter kpenter KP_Enter esc Escape backspace
        BackSpace bksp BackSpace del Delete ins Insert spacebar space pgup Prior pageup Prior page_up Prior pgdn
        Next pgdown Next pagedown Next page_down Next arrowup Up arrowdown Down arrowleft Left arrowright Right
        up_arrow Up down_arrow Down left_arrow Left right_arrow Right uparrow Up downarrow Down leftarrow Left
        rightarrow Right capslock Caps_Lock caps Caps_Lock numlock Num_Lock scrolllock Scroll_Lock printscreen
        Print prtsc Print prtscr Print print_screen Print sysrq Sys_Req contextmenu Menu apps Menu application
        Menu backtab ISO_Left_Tab linefeed Linefeed dash minus equals equal dot period backtick grave caret
        asciicircum tilde asciitilde hash numbersign pound numbersign quote apostrophe doublequote quotedbl pipe
        bar star asterisk exclamation exclam openbracket bracketleft closebracket bracketright leftbracket
        bracketleft rightbracket bracketright openbrace braceleft closebrace braceright volumeup
        XF86AudioRaiseVolume volumedown XF86AudioLowerVolume volumemute XF86AudioMute mute XF86AudioMute
        audiovolumeup XF86AudioRaiseVolume audiovolumedown XF86AudioLowerVolume audiovolumemute XF86AudioMute
        mediaplaypause XF86AudioPlay playpause XF86AudioPlay mediastop XF86AudioStop mediatracknext
        XF86AudioNext mediatrackprevious XF86AudioPrev browserback XF86Back browserforward XF86Forward
        browserrefresh XF86Refresh browserhome XF86HomePage kp_plus KP_Add kp_minus KP_Subtract numpadadd KP_Add
        numpadsubtract KP_Subtract numpadmultiply KP_Multiply numpaddivide KP_Divide numpaddecimal KP_Decimal
        """

    /// Every name with its keysym.
    static let byName: [String: UInt32] = {
        var names: [String: UInt32] = [:]
        for (name, value) in all { names[name] = value }
        return names
    }()

    /// The first name of every keysym that has one.
    static let byValue: [UInt32: String] = {
        var values: [UInt32: String] = [:]
        for (name, value) in all where values[value] == nil { values[value] = name }
        return values
    }()

    /// Lower-case names that mean one key only: `return` does, `eacute` could be a capital.
    static let byLowercaseName: [String: UInt32] = {
        var names: [String: Set<UInt32>] = [:]
        for (name, value) in all { names[name.lowercased(), default: []].insert(value) }
        return names.compactMapValues { $0.count == 1 ? $0.first : nil }
    }()

    /// Everyday names, in lower case, with their keysyms.
    static let aliases: [String: UInt32] = {
        var aliases: [String: UInt32] = [:]
        for (name, meaning) in pairs(everyday) { aliases[name] = byName[meaning] }
        return aliases
    }()

    private static let all: [(name: String, value: UInt32)] = {
        var all: [(name: String, value: UInt32)] = []
        for (index, name) in words(ascii).enumerated() { all.append((name, 0x20 + UInt32(index))) }
        for (index, name) in words(latin1).enumerated() { all.append((name, 0xa0 + UInt32(index))) }
        for number in 1...35 as ClosedRange<UInt32> { all.append(("F\(number)", 0xffbd + number)) }
        for digit in 0...9 as ClosedRange<UInt32> { all.append(("KP_\(digit)", 0xffb0 + digit)) }
        for (name, number) in pairs(keys) {
            if let value = UInt32(number, radix: 16) { all.append((name, value)) }
        }
        for (name, number) in pairs(media) {
            if let value = UInt32(number, radix: 16) { all.append(("XF86" + name, 0x1008_ff00 + value)) }
        }
        return all
    }()

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private static func pairs(_ text: String) -> [(String, String)] {
        let words = words(text)
        return stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) }
    }
}
