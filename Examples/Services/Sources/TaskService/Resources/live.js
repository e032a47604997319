// Shows all tasks, and one of them large. Whatever tasks say is put into the page as text only.
const $ = (id) => document.getElementById(id);
const element = (name, text = "", style = "") => {
  const it = document.createElement(name);
  it.textContent = text;
  it.className = style;
  return it;
};

// The token comes behind the #, which is sent nowhere, and does not stay in the address.
let token = sessionStorage.getItem("token") ?? "";
const given = location.hash.match(/^#token=([\x21-\x7e]{16,512})$/);
if (given) {
  token = given[1];
  sessionStorage.setItem("token", token);
  history.replaceState(null, "", location.pathname);
}

async function ask(method, path, body, signal) {
  const headers = { Authorization: `Bearer ${token}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, {
    method, headers, signal, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.status === 401) {
    sessionStorage.removeItem("token");
    if (token) $("refused").textContent = "This token is not the right one.";
    token = "";
    show();
  }
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error([problem.detail ?? `The service answered ${answer.status}.`, problem.hint].filter(Boolean).join(" "));
  }
  return answer;
}
const get = async (path, signal) => (await ask("GET", path, undefined, signal)).json();
const pause = (time, signal) => new Promise((done) => {
  const clock = setTimeout(done, time);
  signal?.addEventListener("abort", () => { clearTimeout(clock); done(); });
});

// MARK: Streams

let streams = new AbortController();
const link = (isOn) => { $("link").dataset.state = isOn ? "on" : "off"; $("link").textContent = isOn ? "live" : "offline"; };

/// Reads a stream until it is not wanted any more; one that breaks is begun again.
async function follow(address, read, signal) {
  while (!signal.aborted) {
    try {
      const answer = await ask("GET", address(), undefined, signal);
      link(true);
      if (await read(answer.body.getReader(), signal)) return;
    } catch (error) {
      if (signal.aborted || !token) return;
      link(false);
    }
    await pause(1000, signal);
  }
}

async function readEvents(reader, signal, take) {
  const decoder = new TextDecoder();
  let rest = "";
  while (!signal.aborted) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const field = (name) => part.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
      const data = field("data");
      if (data) take(field("event"), JSON.parse(data));
    }
  }
}

async function readMessages(reader, signal, take) {
  let bytes = new Uint8Array(0);
  while (!signal.aborted) {
    const { done, value } = await reader.read();
    if (done) return false;
    const both = new Uint8Array(bytes.length + value.length);
    both.set(bytes);
    both.set(value, bytes.length);
    bytes = both;
    while (bytes.length >= 4) {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const length = view.getUint32(0);
      if (bytes.length < 4 + length) break;
      if (await take(bytes.subarray(4, 4 + length), new DataView(bytes.buffer, bytes.byteOffset + 4, length))) return true;
      bytes = bytes.slice(4 + length);
    }
  }
}
const picture = (bytes) => createImageBitmap(new Blob([bytes], { type: "image/png" }));

// MARK: All tasks

const tasks = new Map();
const cards = new Map();
const lastStep = new Map();

function stateWords(task) {
  if (task.outcome) return task.outcome.kind + (task.outcome.message ? `: ${task.outcome.message}` : "");
  if (task.live?.isTakenOver) return "a person drives";
  if (task.live?.isPaused) return "paused";
  return task.isCancelling ? "being cancelled" : task.state;
}

const steps = (task) => (task.spent.steps === 1 ? "1 step" : `${task.spent.steps} steps`);

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

function drawWall() {
  const all = [...tasks.values()].sort((a, b) => (a.submittedAt < b.submittedAt ? 1 : -1));
  const running = all.filter((task) => task.state === "running");
  const shown = running.map((task) => {
    const it = card(task);
    const asks = task.live?.questions.length > 0;
    it.classList.toggle("asks", asks);
    it.querySelector(".badge").textContent = asks ? "asks you something" : task.live?.isPaused || task.live?.isTakenOver ? stateWords(task) : "";
    it.querySelector("small").textContent = lastStep.get(task.id) ?? `${steps(task)}`;
    return it;
  });
  // Only what has changed is moved, so that keyboards keep their place.
  if (shown.length !== $("cards").children.length || shown.some((it, place) => $("cards").children[place] !== it)) {
    $("cards").replaceChildren(...shown);
  }
  for (const id of cards.keys()) if (!running.some((task) => task.id === id)) cards.delete(id);
  $("idle").hidden = running.length > 0;
  const others = all.filter((task) => task.state !== "running").slice(0, 50);
  $("others").replaceChildren(...others.map((task) => {
    const [row, line] = [element("li"), element("a")];
    line.href = `#task/${task.id}`;
    line.append(element("span", task.request.goal), element("small", task.outcome?.kind ?? "waiting", task.outcome?.kind ?? ""));
    row.append(line);
    return row;
  }));
  const waiting = all.filter((task) => task.state === "queued").length;
  $("summary").textContent = `${running.length} running, ${waiting} waiting`;
}

const wanted = new Set();
let isFetching = false;
/// Fetches tasks anew, each once however often it is asked for meanwhile.
async function refresh(id) {
  wanted.add(id);
  if (isFetching) return;
  isFetching = true;
  while (wanted.size > 0) {
    const next = wanted.values().next().value;
    wanted.delete(next);
    try {
      take(await get(`/v1/tasks/${next}`));
    } catch {
      tasks.delete(next);
    }
  }
  isFetching = false;
  if (!current) drawWall();
}
function take(task) {
  tasks.set(task.id, task);
  if (task.id === current) drawOne(task);
}

async function showWall(signal) {
  $("wall").hidden = false;
  let last = null;
  follow(() => (last === null ? "/v1/events" : `/v1/events?after=${last}`), async (reader) => {
    // Now, so that nothing lies between the list and the events.
    for (const task of (await get("/v1/tasks?limit=100", signal)).tasks) tasks.set(task.id, task);
    drawWall();
    await readEvents(reader, signal, (kind, event) => {
      if (event.number) last = event.number;
      if (kind === "thought") return;
      if (kind === "step") lastStep.set(event.task, `${event.step}. ${event.intent}`);
      refresh(event.task);
    });
  }, signal);
  follow(() => "/v1/thumbnails", (reader) => readMessages(reader, signal, async (bytes) => {
    if (bytes[0] !== 4 && bytes[0] !== 5) return;
    const id = new TextDecoder().decode(bytes.subarray(2, 2 + bytes[1]));
    if (bytes[0] === 5) return void refresh(id);
    const image = await picture(bytes.subarray(2 + bytes[1]));
    if (!tasks.has(id)) await refresh(id);
    const canvas = tasks.has(id) ? card(tasks.get(id)).querySelector("canvas") : null;
    if (canvas) {
      [canvas.width, canvas.height] = [image.width, image.height];
      canvas.getContext("2d").drawImage(image, 0, 0);
      canvas.dataset.drawn = Number(canvas.dataset.drawn ?? 0) + 1;
    }
    image.close();
  }), signal);
}

// MARK: One task

let current = null;
const screen = $("screen");
const drawn = [];

function drawOne(task) {
  document.title = `${task.request.goal.slice(0, 60)} · GodHand`;
  $("title").textContent = task.request.goal;
  $("state").textContent = `${stateWords(task)} · ${steps(task)}`;
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
  drawQuestions(task);
}

function drawQuestions(task) {
  const open = task.live?.questions ?? [];
  for (const it of [...$("questions").children]) if (!open.some((one) => one.id === it.dataset.id)) it.remove();
  for (const one of open) {
    if ($("questions").querySelector(`[data-id="${CSS.escape(one.id)}"]`)) continue;
    const box = element("form", "", "question");
    box.dataset.id = one.id;
    box.append(element("p", one.text));
    if (one.action) box.append(element("p", one.action));
    if (one.hasPicture) {
      const canvas = element("canvas");
      box.append(canvas);
      ask("GET", `/v1/tasks/${task.id}/questions/${one.id}/picture`).then((answer) => answer.blob()).then(createImageBitmap)
        .then((image) => {
          [canvas.width, canvas.height] = [image.width, image.height];
          canvas.getContext("2d").drawImage(image, 0, 0);
        }).catch(() => canvas.remove());
    }
    const row = element("div", "", "row");
    const reply = (body) => act("answer", { question: one.id, ...body });
    if (one.action) {
      const [yes, no] = [element("button", "Approve", "good"), element("button", "Deny", "bad")];
      yes.type = no.type = "button";
      yes.onclick = () => reply({ approve: true });
      no.onclick = () => reply({ approve: false });
      row.append(yes, no);
    } else {
      const input = element("input");
      input.setAttribute("aria-label", "Your answer");
      [input.required, input.maxLength] = [true, 2000];
      row.append(input, element("button", "Answer"));
      box.onsubmit = (event) => { event.preventDefault(); reply({ text: input.value }); };
    }
    box.append(row);
    $("questions").append(box);
  }
}

function tell(kind, event) {
  if (kind === "thought") {
    $("thought").hidden = !event.text;
    $("thought").textContent = event.text;
    return;
  }
  const time = new Date(event.time).toLocaleTimeString();
  const item = element("li");
  item.dataset.kind = kind;
  const line = (text, style) => { if (text) item.append(element("div", text, style)); };
  switch (kind) {
  case "step":
    $("thought").hidden = true;
    line(`${time} · step ${event.step}${event.window ? ` · ${event.window}` : ""}`, "meta");
    line(event.intent);
    if (event.action !== event.intent) line(event.action, "why");
    line(event.reasoning, "why");
    if (event.verdict) line(`${event.verdict.claim}: ${event.verdict.evidence}`, event.verdict.passed ? "passed" : "failed");
    break;
  case "check": line(`${event.verdict.claim}: ${event.verdict.evidence}`, event.verdict.passed ? "passed" : "failed"); break;
  case "decision": line(`${event.ruling}: ${event.action}. ${event.reason}`, "people"); break;
  case "intervention": line(`${time} · ${event.intervention.replace(/([A-Z])/g, " $1").toLowerCase()}${event.text ? `: ${event.text}` : ""}`, "people"); break;
  case "question": line(`Asked: ${event.text}`, "people"); break;
  case "answer": line(event.answer === null ? "Nobody answered." : `Answered: ${event.answer}`, "people"); break;
  case "command": line(`Ran: ${event.command}`, "why"); break;
  case "attempt-ended": line(`${time} · attempt ${event.attempt} ${event.end}${event.message ? `: ${event.message}` : ""}`, "meta"); break;
  case "finished": line(`${event.outcome.kind}: ${event.outcome.message}`, event.outcome.kind === "achieved" ? "passed" : "failed"); break;
  default: line(`${time} · ${kind}`, "meta");
  }
  $("feed").prepend(item);
  while ($("feed").children.length > 500) $("feed").lastChild.remove();
  if (kind !== "command") refresh(event.task);
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
  drawn.push(performance.now());
  return false;
}
setInterval(() => {
  const since = performance.now() - 2000;
  while (drawn.length > 0 && drawn[0] < since) drawn.shift();
  $("rate").textContent = current ? `${(drawn.length / 2).toFixed(0)} fps` : "";
}, 500);

async function showOne(id, signal) {
  $("one").hidden = false;
  $("feed").replaceChildren();
  $("questions").replaceChildren();
  $("thought").hidden = true;
  $("problem").textContent = "";
  screen.getContext("2d").clearRect(0, 0, screen.width, screen.height);
  $("summary").textContent = "";
  let last = 0;
  try {
    take(await get(`/v1/tasks/${id}`, signal));
  } catch (error) {
    if (!signal.aborted) $("problem").textContent = error.message;
    return;
  }
  follow(() => `/v1/tasks/${id}/events?after=${last}`, async (reader) => {
    await readEvents(reader, signal, (kind, event) => {
      if (event.number) last = event.number;
      tell(kind, event);
    });
    return tasks.get(id)?.state === "finished";
  }, signal);
  follow(() => `/v1/tasks/${id}/screen?fps=25`, (reader) => readMessages(reader, signal, drawScreen), signal);
}

async function act(word, body, path = `/v1/tasks/${current}/${word}`) {
  $("problem").textContent = "";
  try {
    const answer = await ask("POST", path, body);
    if (answer.status !== 204) take(await answer.json());
  } catch (error) {
    $("problem").textContent = error.message;
    if (current) refresh(current);
  }
}
$("pause").onclick = () => act(tasks.get(current)?.live?.isPaused ? "resume" : "pause");
$("drive").onclick = () => act(tasks.get(current)?.live?.isTakenOver ? "hand-back" : "take-over").then(() => screen.focus());
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

// MARK: By hand

let queue = [];
let isSending = false;
async function hand(action) {
  // Of moves that wait only the last one counts.
  if (action.type === "move" && queue.at(-1)?.type === "move") queue.pop();
  if (queue.length < 500) queue.push(action);
  if (isSending) return;
  isSending = true;
  while (queue.length > 0) {
    const actions = queue.splice(0, 64);
    try {
      await ask("POST", `/v1/tasks/${current}/input`, { actions });
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
  const at = (from, length, offset, size) => Math.max(0, Math.min(size - 1, Math.round((from - offset - (length - size * scale) / 2) / scale)));
  return { x: at(event.clientX, box.width, box.left, screen.width), y: at(event.clientY, box.height, box.top, screen.height) };
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
  const clicks = (delta) => Math.max(-20, Math.min(20, Math.sign(delta) * Math.max(1, Math.round(Math.abs(delta) / 100))));
  hand({ type: "scroll", ...place(event), dx: event.deltaX ? clicks(event.deltaX) : 0, dy: event.deltaY ? clicks(event.deltaY) : 0 });
}, { passive: false });
const names = {
  Enter: "Return", Backspace: "BackSpace", ArrowLeft: "Left", ArrowRight: "Right", ArrowUp: "Up", ArrowDown: "Down",
  PageUp: "Page_Up", PageDown: "Page_Down", " ": "space", "+": "plus",
};
screen.onkeydown = (event) => {
  if (!isMine() || ["Control", "Shift", "Alt", "Meta", "CapsLock", "Dead", "Process"].includes(event.key)) return;
  event.preventDefault();
  if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) return void hand({ type: "type", text: event.key });
  const held = [event.ctrlKey && "ctrl", event.altKey && "alt", event.metaKey && "super", event.shiftKey && "shift"].filter(Boolean);
  hand({ type: "key", keys: [...held, names[event.key] ?? event.key].join("+") });
};
$("keys").onsubmit = (event) => {
  event.preventDefault();
  if ($("text").value) hand({ type: "type", text: $("text").value });
  $("text").value = "";
};
for (const key of document.querySelectorAll("[data-key]")) key.onclick = () => hand({ type: "key", keys: key.dataset.key });

// MARK: Which view

function show() {
  streams.abort();
  streams = new AbortController();
  link(false);
  for (const id of ["door", "wall", "one"]) $(id).hidden = true;
  current = location.hash.match(/^#task\/([a-z0-9-]{1,64})$/)?.[1] ?? null;
  queue = [];
  if (!token) $("door").hidden = false;
  // Nobody looks: a phone in a pocket needs no pictures.
  else if (document.hidden) return;
  else if (current) showOne(current, streams.signal);
  else {
    document.title = "GodHand · live";
    showWall(streams.signal);
  }
}
$("door").onsubmit = (event) => {
  event.preventDefault();
  token = $("token").value.trim();
  sessionStorage.setItem("token", token);
  $("refused").textContent = "";
  show();
};
$("new").onsubmit = async (event) => {
  event.preventDefault();
  $("told").textContent = "";
  try {
    const task = await (await ask("POST", "/v1/tasks", { goal: $("goal").value })).json();
    $("goal").value = "";
    tasks.set(task.id, task);
    drawWall();
  } catch (error) {
    $("told").textContent = error.message;
  }
};
addEventListener("hashchange", show);
document.addEventListener("visibilitychange", show);
show();
