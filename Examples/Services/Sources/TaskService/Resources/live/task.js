// One task, large: its screen, what happens, and how to step in.
import { $ } from "./page.js";
import { ask, get } from "./service.js";
import { follow, picture, readEvents, readMessages } from "./streams.js";
import { drawBy, learn, refresh, stateWords, stepWords, take, tasks } from "./tasks.js";
import { clearFeed, tell } from "./feed.js";
import { drawQuestions } from "./questions.js";

/// The task that is shown; null if none is.
let current = null;
export const shownTask = () => current;
const screen = $("screen");
const drawn = [];

export async function showTask(id, signal) {
  current = id;
  signal.addEventListener("abort", () => { current = null; });
  $("one").hidden = false;
  clearFeed();
  $("questions").replaceChildren();
  $("problem").textContent = "";
  $("summary").textContent = "";
  screen.getContext("2d").clearRect(0, 0, screen.width, screen.height);
  drawBy((changed) => { if (changed === current && tasks.has(current)) drawTask(tasks.get(current)); });
  let last = 0;
  try {
    take(await get(`/v1/tasks/${id}`, signal));
  } catch (error) {
    if (!signal.aborted) $("problem").textContent = error.message;
    return;
  }
  follow(() => `/v1/tasks/${id}/events?after=${last}`, async (pieces) => {
    await readEvents(pieces, (kind, event) => {
      if (event.number) last = event.number;
      tell(kind, event);
      learn(kind, event);
    });
    return tasks.get(id)?.state === "finished";
  }, signal);
  follow(() => `/v1/tasks/${id}/screen?fps=25`, (pieces) => readMessages(pieces, drawScreen), signal);
}

function drawTask(task) {
  document.title = `${task.request.goal.slice(0, 60)} · GodHand`;
  $("title").textContent = task.request.goal;
  $("state").textContent = `${stateWords(task)} · ${stepWords(task)}`;
  $("state").className = task.outcome?.kind ?? "";
  const { live } = task;
  const isMine = live?.isTakenOver ?? false;
  $("pause").textContent = live?.isPaused ? "Resume" : "Pause";
  $("pause").setAttribute("aria-pressed", live?.isPaused ?? false);
  $("drive").textContent = isMine ? "Hand back" : "Take over";
  $("drive").setAttribute("aria-pressed", isMine);
  for (const id of ["pause", "drive"]) $(id).disabled = !live;
  $("hint").hidden = !live;
  $("keys").hidden = !isMine;
  screen.classList.toggle("mine", isMine);
  $("cancel").disabled = task.state === "finished";
  $("veil").textContent = live ? "" : task.state === "finished" ? "It is over." : "It waits for a machine.";
  drawQuestions(task, (body) => act("answer", body));
}

async function drawScreen(bytes, view) {
  if (bytes[0] === 3) return true;
  if (bytes[0] === 1) {
    const [width, height] = [view.getUint16(1), view.getUint16(3)];
    if (screen.width !== width || screen.height !== height) [screen.width, screen.height] = [width, height];
  }
  if (bytes[0] !== 2) return false;
  const image = await picture(bytes.subarray(9));
  screen.getContext("2d").drawImage(image, view.getUint16(1), view.getUint16(3));
  image.close();
  screen.dataset.drawn = Number(screen.dataset.drawn ?? 0) + 1;
  // Several parts that are drawn before the page is shown again are one picture.
  const now = document.timeline.currentTime;
  if (drawn.at(-1) !== now) drawn.push(now);
  return false;
}
setInterval(() => {
  const since = performance.now() - 2000;
  while (drawn.length > 0 && drawn[0] < since) drawn.shift();
  $("rate").textContent = current ? `${(drawn.length / 2).toFixed(0)} fps` : "";
}, 500);

// MARK: Stepping in

async function act(word, body) {
  const id = current;
  $("problem").textContent = "";
  try {
    const answer = await ask("POST", `/v1/tasks/${id}/${word}`, body);
    if (answer.status !== 204) take(await answer.json());
  } catch (error) {
    $("problem").textContent = error.message;
    if (id) refresh(id);
  }
}
$("pause").onclick = () => act(tasks.get(current)?.live?.isPaused ? "resume" : "pause");
$("drive").onclick = () =>
  act(tasks.get(current)?.live?.isTakenOver ? "hand-back" : "take-over").then(() => screen.focus());
$("cancel").onclick = () => act("cancel");
$("hint").onsubmit = (event) => {
  event.preventDefault();
  act("hint", { text: $("words").value }).then(() => { $("words").value = ""; });
};
$("report").onclick = async () => {
  // Now, since later a window that opens is taken for a nuisance.
  const page = open("about:blank");
  try {
    const { address } = await (await ask("POST", `/v1/tasks/${current}/report-pass`)).json();
    if (page) page.location = address;
  } catch (error) {
    page?.close();
    $("problem").textContent = error.message;
  }
};
