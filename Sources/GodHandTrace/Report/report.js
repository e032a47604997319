"use strict";
(() => {
  const stops = [...document.querySelectorAll(".stop")];
  const links = new Map([...document.querySelectorAll(".rail a")].map((link) => [link.hash.slice(1), link]));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const root = document.documentElement;
  let current = -1;

  function mark(index) {
    if (index === current) return;
    current = index;
    for (const link of links.values()) link.removeAttribute("aria-current");
    const link = stops[index] && links.get(stops[index].id);
    if (!link) return;
    link.setAttribute("aria-current", "step");
    const rail = link.closest(".rail");
    const top = link.offsetTop - rail.clientHeight / 2 + link.clientHeight / 2;
    rail.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
  }

  // What lies in a folded branch cannot be gone to.
  function reveal(stop) { for (let fold = stop.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true; }
  addEventListener("hashchange", () => {
    const stop = document.getElementById(location.hash.slice(1));
    if (!stop) return;
    reveal(stop);
    const fold = stop.parentElement.querySelector(":scope > .steps");
    if (fold) fold.open = true;
    stop.scrollIntoView({ block: "start" });
  });

  function go(index) {
    const stop = stops[Math.max(0, Math.min(stops.length - 1, index))];
    if (!stop) return;
    reveal(stop);
    stop.focus({ preventScroll: true });
    stop.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
    mark(stops.indexOf(stop));
  }

  // The stop that lies under a line a third down the window is the one being read.
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) mark(stops.indexOf(entry.target));
  }, { rootMargin: "-33% 0px -66% 0px" });
  for (const stop of stops) observer.observe(stop);

  const box = document.querySelector("dialog");
  const stage = box.querySelector(".stage");
  const caption = box.querySelector("figcaption");
  const shots = [...document.querySelectorAll(".shot")];
  let shown = -1;

  function show(index) {
    const shot = shots[index];
    if (!shot) return;
    shown = index;
    stage.replaceChildren(shot.querySelector("svg").cloneNode(true));
    const title = shot.closest(".stop").querySelector("h2").textContent;
    caption.textContent = `${shot.querySelector("figcaption").firstChild.textContent.trim()} · ${title}`;
    if (!box.open) box.showModal();
  }

  for (const [index, shot] of shots.entries()) {
    const button = shot.querySelector("button");
    if (button) button.addEventListener("click", () => show(index));
  }
  box.addEventListener("click", (event) => { if (event.target.closest("svg") === null) box.close(); });

  function dark() {
    return (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  }
  function theme() { root.dataset.theme = dark() ? "light" : "dark"; }
  function marks() { root.classList.toggle("plain"); }
  document.querySelector("#theme").addEventListener("click", theme);
  document.querySelector("#marks").addEventListener("click", marks);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowRight: 1, j: 1, ArrowDown: 1, ArrowLeft: -1, k: -1, ArrowUp: -1 }[event.key];
    if (event.key === "m") return marks();
    if (event.key === "t") return theme();
    if (box.open) {
      if (step) { event.preventDefault(); show(shown + step); }
      return;
    }
    // Up and down stay the browser's: they scroll.
    if (step && !event.key.endsWith("Up") && !event.key.endsWith("Down")) {
      event.preventDefault();
      return go(current + step);
    }
    if (event.key === "g") go(0);
    if (event.key === "G") go(stops.length - 1);
    if (event.key === "Enter" && event.target.classList.contains("stop")) {
      const shot = event.target.querySelector(".shot");
      if (shot) { event.preventDefault(); show(shots.indexOf(shot)); }
    }
  });
  root.classList.add("alive");
})();
