// What is known of tasks: what the service said last, and what events have told since.
import { pause } from "./page.js";
import { get, hasToken } from "./service.js";

export const tasks = new Map();

let changed = () => {};
/// Who draws from now on: is told each task that changes, and the number of one that is gone.
export const drawBy = (view) => { changed = view; };

/// Takes in what the service says of a task.
export function take(task) {
  // Answers may come out of order, and nothing begins again that is over.
  if (tasks.get(task.id)?.state === "finished" && task.state !== "finished") return;
  tasks.set(task.id, task);
  changed(task.id);
}

/// Takes in what an event tells. That a task is over is in the event itself, and shown at once: the answer to a request
/// for the whole task can be late where the machine has much to do.
export function learn(kind, event) {
  const task = tasks.get(event.task);
  if (kind === "finished" && task) {
    take({ ...task, state: "finished", outcome: event.outcome, spent: event.spent, live: undefined });
  }
  if (kind !== "command" && kind !== "thought") refresh(event.task);
}

const wanted = new Set();
let isFetching = false;
/// Fetches tasks anew, each once however often it is asked for meanwhile, and again until an answer comes.
export async function refresh(id) {
  wanted.add(id);
  if (isFetching) return;
  isFetching = true;
  while (wanted.size > 0 && hasToken()) {
    const next = wanted.values().next().value;
    wanted.delete(next);
    try {
      take(await get(`/v1/tasks/${next}`));
    } catch (error) {
      if (error.status === 404) {
        tasks.delete(next);
        changed(next);
      } else {
        wanted.add(next);
        await pause(1000);
      }
    }
  }
  isFetching = false;
}

export function stateWords(task) {
  if (task.outcome) return task.outcome.kind + (task.outcome.message ? `: ${task.outcome.message}` : "");
  if (task.live?.isTakenOver) return "a person drives";
  if (task.live?.isPaused) return "paused";
  return task.isCancelling ? "being cancelled" : task.state;
}

export const stepWords = (task) => (task.spent.steps === 1 ? "1 step" : `${task.spent.steps} steps`);
