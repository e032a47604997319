// What the agent asks a person: a question, or whether something may be done.
import { $, draw, element } from "./page.js";
import { ask } from "./service.js";

/// Shows the questions that are open; those that stay are left as they are, with what is typed into them.
export function drawQuestions(task, answer) {
  const open = task.live?.questions ?? [];
  for (const it of [...$("questions").children]) if (!open.some((one) => one.id === it.dataset.id)) it.remove();
  for (const one of open) {
    if ($("questions").querySelector(`[data-id="${CSS.escape(one.id)}"]`)) continue;
    $("questions").append(form(one, task.id, (body) => answer({ question: one.id, ...body })));
  }
}

function form(one, task, reply) {
  const box = element("form", "", "question");
  box.dataset.id = one.id;
  box.append(element("p", one.text));
  if (one.action) box.append(element("p", one.action));
  if (one.hasPicture) {
    const canvas = element("canvas");
    box.append(canvas);
    ask("GET", `/v1/tasks/${task}/questions/${one.id}/picture`)
      .then((answer) => answer.blob()).then(createImageBitmap).then((image) => draw(canvas, image))
      .catch(() => canvas.remove());
  }
  const row = element("div", "", "row");
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
  return box;
}
