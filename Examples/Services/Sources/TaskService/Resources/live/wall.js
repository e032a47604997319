// All tasks: those that run with small pictures of their screens, and those that wait or are over.
import { $, draw, element } from "./page.js";
import { ask, get } from "./service.js";
import { follow, picture, readEvents, readMessages } from "./streams.js";
import { drawBy, learn, refresh, stateWords, stepWords, take, tasks } from "./tasks.js";

const cards = new Map();
const lastStep = new Map();

export function showWall(signal) {
  $("wall").hidden = false;
  drawBy(drawSoon);
  let last = null;
  follow(() => (last === null ? "/v1/events" : `/v1/events?after=${last}`), async (pieces) => {
    // Now, so that nothing lies between the list and the events.
    for (const task of (await get("/v1/tasks?limit=100", signal)).tasks) take(task);
    drawWall();
    await readEvents(pieces, (kind, event) => {
      if (event.number) last = event.number;
      if (kind === "step") lastStep.set(event.task, `${event.step}. ${event.intent}`);
      learn(kind, event);
    });
  }, signal);
  follow(() => "/v1/thumbnails", (pieces) => readMessages(pieces, drawThumbnail), signal);
}

async function drawThumbnail(bytes) {
  if (bytes[0] !== 4 && bytes[0] !== 5) return;
  const id = new TextDecoder().decode(bytes.subarray(2, 2 + bytes[1]));
  if (bytes[0] === 5) return void refresh(id);
  if (!tasks.has(id)) take(await get(`/v1/tasks/${id}`));
  const image = await picture(bytes.subarray(2 + bytes[1]));
  const canvas = card(tasks.get(id)).querySelector("canvas");
  draw(canvas, image);
  image.close();
  canvas.dataset.drawn = Number(canvas.dataset.drawn ?? 0) + 1;
}

let isDue = false;
/// Many tasks change at once; the wall is drawn once for them.
function drawSoon() {
  if (isDue) return;
  isDue = true;
  setTimeout(() => {
    isDue = false;
    if (!$("wall").hidden) drawWall();
  }, 20);
}

function drawWall() {
  const all = [...tasks.values()].sort((a, b) => (a.submittedAt < b.submittedAt ? 1 : -1));
  const running = all.filter((task) => task.state === "running");
  const shown = running.map((task) => {
    const it = card(task);
    const asks = task.live?.questions.length > 0;
    const isHeld = task.live?.isPaused || task.live?.isTakenOver;
    it.classList.toggle("asks", asks);
    it.querySelector(".badge").textContent = asks ? "asks you something" : isHeld ? stateWords(task) : "";
    it.querySelector("small").textContent = lastStep.get(task.id) ?? stepWords(task);
    return it;
  });
  // Only what has changed is moved, so that keyboards keep their place.
  const place = $("cards");
  if (shown.length !== place.children.length || shown.some((it, index) => place.children[index] !== it)) {
    place.replaceChildren(...shown);
  }
  for (const id of cards.keys()) if (!running.some((task) => task.id === id)) cards.delete(id);
  $("idle").hidden = running.length > 0;
  $("others").replaceChildren(...all.filter((task) => task.state !== "running").slice(0, 50).map(row));
  const waiting = all.filter((task) => task.state === "queued").length;
  $("summary").textContent = `${running.length} running, ${waiting} waiting`;
}

function card(task) {
  if (cards.has(task.id)) return cards.get(task.id);
  const it = element("a", "", "card");
  it.href = `#task/${task.id}`;
  it.dataset.task = task.id;
  const words = element("div");
  words.append(element("b", task.request.goal), element("span", "", "badge"), element("small"));
  const screen = element("canvas");
  [screen.width, screen.height] = [400, 250];
  it.append(screen, words);
  cards.set(task.id, it);
  return it;
}

function row(task) {
  const [it, line] = [element("li"), element("a")];
  const kind = task.outcome?.kind;
  line.href = `#task/${task.id}`;
  line.append(element("span", task.request.goal), element("small", kind ?? "waiting", kind ?? ""));
  it.append(line);
  return it;
}

$("new").onsubmit = async (event) => {
  event.preventDefault();
  $("told").textContent = "";
  try {
    const task = await (await ask("POST", "/v1/tasks", { goal: $("goal").value })).json();
    $("goal").value = "";
    take(task);
  } catch (error) {
    $("told").textContent = error.message;
  }
};
