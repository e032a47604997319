"""The part of pyautogui that OSWorld's set-ups call, by xdotool: an X server of a container has no other helpers."""
import subprocess
import time

_NAMES = {
    "alt": "alt", "backspace": "BackSpace", "ctrl": "ctrl", "delete": "Delete", "down": "Down", "end": "End",
    "enter": "Return", "esc": "Escape", "escape": "Escape", "home": "Home", "left": "Left", "pagedown": "Next",
    "pageup": "Prior", "return": "Return", "right": "Right", "shift": "shift", "space": "space", "tab": "Tab",
    "up": "Up", "win": "super",
}


def _xdotool(*arguments):
    subprocess.run(["xdotool", *map(str, arguments)], check=True)


def _name(key):
    key = str(key).lower()
    if key in _NAMES:
        return _NAMES[key]
    if key[:1] == "f" and key[1:].isdigit():
        return key.upper()
    return key if len(key) > 1 else f"U{ord(key):04X}" if not key.isalnum() else key


def click(x=None, y=None, clicks=1, interval=0.0, button="left"):
    number = {"left": 1, "middle": 2, "right": 3}[button]
    if x is not None:
        # Not --sync: it waits fifteen seconds for a pointer that is there already.
        _xdotool("mousemove", int(x), int(y))
    for _ in range(clicks):
        _xdotool("click", number)
        time.sleep(interval)


def doubleClick(x=None, y=None, interval=0.0, button="left"):
    click(x, y, 2, interval, button)


def moveTo(x, y, duration=0.0):
    _xdotool("mousemove", int(x), int(y))


def hotkey(*keys, interval=0.0):
    # As there, one list stands for its keys.
    if len(keys) == 1 and isinstance(keys[0], (list, tuple)):
        keys = keys[0]
    _xdotool("key", "+".join(map(_name, keys)))


def press(keys, presses=1, interval=0.0):
    for _ in range(presses):
        for key in [keys] if isinstance(keys, str) else keys:
            _xdotool("key", _name(key))
            time.sleep(interval)


def write(message, interval=0.0):
    _xdotool("type", "--delay", int(interval * 1000) or 12, message)


typewrite = write
