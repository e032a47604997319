/// What the guest told of a browser that shows an article, and of a dialog; shortened.
enum ElementTranscript {
    static let article = #"""
        {"depth":0,"role":"frame","name":"Alan Turing - GodHand Wiki — Mozilla Firefox","box":[0,27,1280,737],"states":["active","enabled","focusable","sensitive"]}
        {"depth":1,"role":"tool bar","name":"Menu Bar","box":[-1,-1,-1,-1],"states":["enabled","sensitive"]}
        {"depth":1,"role":"tool bar","name":"Navigation","box":[0,71,1280,40],"states":["enabled","sensitive"]}
        {"depth":2,"role":"push button","name":"Back","box":[0,71,42,40],"states":["has-popup"]}
        {"depth":2,"role":"push button","name":"Reload","box":[78,71,36,40],"states":["enabled","sensitive"]}
        {"depth":4,"role":"combo box","name":"Search with Google or enter address","text":"wiki","box":[339,84,691,15],"states":["editable","enabled","focusable","sensitive"]}
        {"depth":1,"role":"panel","box":[0,112,1280,652],"states":["enabled","sensitive"]}
        {"depth":3,"role":"internal frame","box":[0,112,1280,652],"action":"activate","states":["enabled","focusable","sensitive"]}
        {"depth":4,"role":"document web","box":[-1,-1,-1,-1],"states":["focused"]}
        {"depth":9,"role":"heading","name":"Alan Turing","box":[168,210,944,38],"states":["enabled","sensitive"]}
        {"depth":12,"role":"link","name":"Page","box":[168,248,31,41],"start":[168,266,7,17],"action":"jump","states":["enabled","focusable","sensitive"]}
        {"depth":13,"role":"link","name":"Turing machine","box":[940,481,97,15],"action":"jump","states":["enabled","focusable","sensitive"]}
        {"depth":13,"role":"link","name":"Turing test","box":[940,481,143,35],"start":[1045,481,5,15],"action":"jump","states":["enabled","focusable","sensitive"]}
        {"depth":11,"role":"link","name":"algorithm","box":[653,755,68,17],"action":"jump","states":["enabled","focusable","sensitive"]}
        {"depth":11,"role":"link","name":"Turing test","box":[399,790,74,17],"action":"jump","states":["enabled","focusable","sensitive"]}
        {"complete":true,"elements":166,"ms":30}
        """#

    static let dialog = #"""
        {"depth":0,"role":"frame","name":"Settings","box":[0,0,217,211],"states":["active","enabled","sensitive"]}
        {"depth":5,"role":"check box","name":"Active","box":[3,108,211,21],"action":"click","states":["checked","enabled","focusable","sensitive"]}
        {"depth":5,"role":"spin button","text":"30","value":30,"box":[46,69,168,34],"states":["editable","enabled","focusable","sensitive"]}
        {"depth":5,"role":"text","text":"Ada","box":[46,30,168,34],"states":["editable","enabled","focusable","focused","sensitive"]}
        {"depth":5,"role":"password text","name":"Secret","text":"hunter2","box":[46,140,168,20],"states":["editable","enabled","sensitive"]}
        {"depth":3,"role":"push button","name":"Cancel","box":[37,172,85,34],"action":"click","states":["enabled","focusable","sensitive"]}
        {"depth":3,"role":"push button","name":"Save","box":[127,172,85,34],"action":"click","states":["enabled","focusable","sensitive"]}
        {"depth":4,"role":"menu","name":"File","box":[1,30,35,24],"states":["enabled","selectable","sensitive"]}
        {"depth":5,"role":"menu item","name":"Quit      ","box":[1,580,286,24],"states":["enabled","selectable","sensitive"]}
        {"complete":true,"elements":20,"ms":10}
        """#

    /// A program that has nothing to tell.
    static let none = #"{"complete":true,"elements":0,"ms":10}"#

    static let windows = #"""
        {"id":8388610,"title":"Alan Turing - GodHand Wiki — Mozilla Firefox","class":"firefox-esr","pid":50,"box":[0,27,1280,737],"active":false,"hidden":false}
        {"id":12582918,"title":"Settings","class":"Yad","pid":399,"box":[1,28,215,182],"active":true,"hidden":false}
        """#
}
