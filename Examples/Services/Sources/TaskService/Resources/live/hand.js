// Driving by hand: mouse and keyboard go to the machine while a person has it.
import { $ } from "./page.js";
import { ask } from "./service.js";
import { shownTask } from "./task.js";

const screen = $("screen");

let queue = [];
let isSending = false;
/// What waits is not sent to another task.
export const dropInput = () => { queue = []; };

async function hand(action) {
  // Of moves that wait only the last one counts.
  if (action.type === "move" && queue.at(-1)?.type === "move") queue.pop();
  if (queue.length < 500) queue.push(action);
  if (isSending) return;
  isSending = true;
  while (queue.length > 0) {
    const actions = queue.splice(0, 64);
    try {
      await ask("POST", `/v1/tasks/${shownTask()}/input`, { actions });
    } catch (error) {
      queue = [];
      $("problem").textContent = error.message;
    }
  }
  isSending = false;
}

const isMine = () => screen.classList.contains("mine");
function place(event) {
  const box = screen.getBoundingClientRect();
  const scale = Math.min(box.width / screen.width, box.height / screen.height);
  // The picture lies in the middle of its box.
  const at = (from, offset, length, size) =>
    Math.max(0, Math.min(size - 1, Math.round((from - offset - (length - size * scale) / 2) / scale)));
  return {
    x: at(event.clientX, box.left, box.width, screen.width), y: at(event.clientY, box.top, box.height, screen.height),
  };
}
const button = (event) => ["left", "middle", "right", "back", "forward"][event.button] ?? "left";
screen.onpointermove = (event) => { if (isMine()) hand({ type: "move", ...place(event) }); };
screen.onpointerdown = (event) => {
  if (!isMine()) return;
  event.preventDefault();
  screen.focus();
  screen.setPointerCapture(event.pointerId);
  hand({ type: "move", ...place(event) });
  hand({ type: "press", button: button(event) });
};
screen.onpointerup = (event) => {
  if (!isMine()) return;
  hand({ type: "move", ...place(event) });
  hand({ type: "release", button: button(event) });
};
screen.oncontextmenu = (event) => { if (isMine()) event.preventDefault(); };
screen.addEventListener("wheel", (event) => {
  if (!isMine()) return;
  event.preventDefault();
  const clicks = (delta) => Math.sign(delta) * Math.min(20, Math.max(1, Math.round(Math.abs(delta) / 100)));
  hand({ type: "scroll", ...place(event), dx: clicks(event.deltaX), dy: clicks(event.deltaY) });
}, { passive: false });

// Keys that mean nothing by themselves.
const silent = ["Control", "Shift", "Alt", "Meta", "CapsLock", "Dead", "Process"];
const names = {
  Enter: "Return", Backspace: "BackSpace", ArrowLeft: "Left", ArrowRight: "Right", ArrowUp: "Up", ArrowDown: "Down",
  PageUp: "Page_Up", PageDown: "Page_Down", " ": "space", "+": "plus",
};
screen.onkeydown = (event) => {
  if (!isMine() || silent.includes(event.key)) return;
  event.preventDefault();
  if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) {
    return void hand({ type: "type", text: event.key });
  }
  const held = [event.ctrlKey && "ctrl", event.altKey && "alt", event.metaKey && "super", event.shiftKey && "shift"];
  hand({ type: "key", keys: [...held.filter(Boolean), names[event.key] ?? event.key].join("+") });
};
$("keys").onsubmit = (event) => {
  event.preventDefault();
  if ($("text").value) hand({ type: "type", text: $("text").value });
  $("text").value = "";
};
for (const key of document.querySelectorAll("[data-key]")) {
  key.onclick = () => hand({ type: "key", keys: key.dataset.key });
}
