// What happens in a task, as lines, the newest first.
import { $, element } from "./page.js";

export function clearFeed() {
  $("feed").replaceChildren();
  $("thought").hidden = true;
}

export function tell(kind, event) {
  if (kind === "thought") {
    $("thought").hidden = !event.text;
    $("thought").textContent = event.text;
    return;
  }
  if (kind === "step") $("thought").hidden = true;
  const item = element("li");
  item.dataset.kind = kind;
  for (const [text, style] of lines(kind, event)) if (text) item.append(element("div", text, style));
  $("feed").prepend(item);
  while ($("feed").children.length > 500) $("feed").lastChild.remove();
}

const colon = (text) => (text ? `: ${text}` : "");
const judged = (verdict) => [`${verdict.claim}: ${verdict.evidence}`, verdict.passed ? "passed" : "failed"];

/// The lines of an event, each with its style.
function lines(kind, event) {
  const time = new Date(event.time).toLocaleTimeString();
  switch (kind) {
  case "step":
    return [
      [`${time} · step ${event.step}${event.window ? ` · ${event.window}` : ""}`, "meta"], [event.intent, ""],
      [event.action === event.intent ? "" : event.action, "why"], [event.reasoning, "why"],
      event.verdict ? judged(event.verdict) : [],
    ];
  case "check": return [judged(event.verdict)];
  case "decision": return [[`${event.ruling}: ${event.action}. ${event.reason}`, "people"]];
  case "intervention": {
    const words = event.intervention.replace(/([A-Z])/g, " $1").toLowerCase();
    return [[`${time} · ${words}${colon(event.text)}`, "people"]];
  }
  case "question": return [[`Asked: ${event.text}`, "people"]];
  case "answer": return [[event.answer === null ? "Nobody answered." : `Answered: ${event.answer}`, "people"]];
  case "command": return [[`Ran: ${event.command}`, "why"]];
  case "attempt-ended": return [[`${time} · attempt ${event.attempt} ${event.end}${colon(event.message)}`, "meta"]];
  case "finished": {
    const { kind: end, message } = event.outcome;
    return [[`${end}: ${message}`, end === "achieved" ? "passed" : "failed"]];
  }
  default: return [[`${time} · ${kind}`, "meta"]];
  }
}
