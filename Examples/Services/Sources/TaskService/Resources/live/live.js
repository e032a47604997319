// The page of all that runs: which view is shown, and who may see it.
import { $ } from "./page.js";
import { enter, hasToken } from "./service.js";
import { link } from "./streams.js";
import { dropInput } from "./hand.js";
import { showTask } from "./task.js";
import { showWall } from "./wall.js";

let streams = new AbortController();

function show() {
  streams.abort();
  streams = new AbortController();
  link(false);
  dropInput();
  for (const id of ["door", "wall", "one"]) $(id).hidden = true;
  const task = location.hash.match(/^#task\/([a-z0-9-]{1,64})$/)?.[1];
  if (!hasToken()) $("door").hidden = false;
  // Nobody looks: a phone in a pocket needs no pictures.
  else if (document.hidden) return;
  else if (task) showTask(task, streams.signal);
  else {
    document.title = "GodHand · live";
    showWall(streams.signal);
  }
}

addEventListener("refused", () => {
  if (!hasToken()) return;
  $("refused").textContent = "This token is not the right one.";
  enter("");
  show();
});
$("door").onsubmit = (event) => {
  event.preventDefault();
  enter($("token").value.trim());
  $("refused").textContent = "";
  show();
};
addEventListener("hashchange", show);
document.addEventListener("visibilitychange", show);
show();
