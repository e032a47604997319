"use strict";
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const root = document.documentElement;
  const stops = all(".stop");
  const links = new Map(all(".rail a").map((link) => [link.hash.slice(1), link]));

  // Pictures: text in the page becomes an image only when it comes near the window, and the browser decodes it then.
  // Most are a few parts on top of another picture.
  const parts = new Map();
  function layers(number) {
    if (parts.has(number)) return parts.get(number);
    const source = document.getElementById(`p${number}`);
    if (!source) return [];
    // In the order in which they were written a base comes before what lies on it, so this ends.
    const base = Number(source.dataset.base ?? -1);
    const below = base >= 0 && base < number ? layers(base) : [];
    const own = source.textContent.trim().split("\n").filter(Boolean).map((line) => {
      const [x, y, width, height, text] = line.split(" ");
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      return { x, y, width, height, href: URL.createObjectURL(new Blob([bytes], { type: "image/png" })) };
    });
    parts.set(number, below.concat(own));
    return parts.get(number);
  }
  function draw(screen) {
    const place = screen.querySelector("[data-picture]");
    if (!place || place.firstChild) return;
    place.append(...layers(Number(place.dataset.picture)).map((part) => {
      const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
      for (const [name, value] of Object.entries(part)) image.setAttribute(name, value);
      image.setAttribute("preserveAspectRatio", "none");
      return image;
    }));
  }
  const screens = all("svg.screen");
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) draw(target); else target.querySelector("[data-picture]").replaceChildren();
    }
  }, { rootMargin: "900px 600px" });
  for (const screen of screens) near.observe(screen);
  addEventListener("beforeprint", () => screens.forEach(draw));

  // Where the reader is.
  let current = -1;
  function mark(index) {
    if (index === current) return;
    current = index;
    for (const link of all("[aria-current]")) link.removeAttribute("aria-current");
    const stop = stops[index];
    if (!stop) return;
    for (const link of all(`.strip a[href="#${CSS.escape(stop.id)}"]`)) link.setAttribute("aria-current", "step");
    const inBranch = stop.closest(".branch")?.querySelector(":scope > .stop");
    const link = links.get(stop.id) ?? (inBranch && links.get(inBranch.id));
    if (!link) return;
    link.setAttribute("aria-current", "step");
    const rail = link.closest(".rail");
    const place = link.parentElement;
    rail.scrollTo(place.offsetLeft - rail.clientWidth / 2 + place.clientWidth / 2,
      place.offsetTop - rail.clientHeight / 2 + place.clientHeight / 2);
  }
  // What lies in a folded branch cannot be gone to.
  function reveal(stop) {
    for (let fold = stop.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }
  function visit(stop) {
    reveal(stop);
    stop.focus({ preventScroll: true });
    stop.scrollIntoView({ block: "start" });
    mark(stops.indexOf(stop));
  }
  function step(by) {
    for (let index = current + by; index >= 0 && index < stops.length; index += by) {
      if (!stops[index].closest("[hidden]")) return visit(stops[index]);
    }
  }
  function follow() {
    const stop = document.getElementById(location.hash.slice(1));
    if (!stop?.classList.contains("stop")) return;
    // A link goes where it says, whatever is filtered.
    if (stop.closest("[hidden]")) filter("", "");
    const fold = stop.parentElement.querySelector(":scope > .steps");
    if (fold && stop.dataset.kind === "branch") fold.open = true;
    visit(stop);
  }
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    // The browser tells of a hash only when it changes.
    if (link && link.getAttribute("href") === location.hash) follow();
  });
  // The stop that lies under a line a third down the window is the one being read.
  const reading = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) mark(stops.indexOf(entry.target));
  }, { rootMargin: "-33% 0px -66% 0px" });
  for (const stop of stops) reading.observe(stop);

  // Search and filters.
  const find = one("#find");
  const found = one("#found");
  const buttons = all("[data-only]");
  const items = all(".feed .stop, .feed .event");
  const texts = new Map();
  const text = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const isOf = (item, only) => !only || item.dataset.kind === only || item.dataset.tone === only;
  let only = "";
  for (const button of buttons) {
    const count = items.filter((item) => isOf(item, button.dataset.only)).length;
    if (count === 0) { button.remove(); continue; }
    if (button.dataset.only) button.append(` ${count}`);
    button.addEventListener("click", () => filter(find.value, only === button.dataset.only ? "" : button.dataset.only));
  }
  function filter(words, kind) {
    only = kind;
    if (find.value !== words) find.value = words;
    const needles = words.toLowerCase().split(/\s+/).filter(Boolean);
    const isActive = needles.length > 0 || kind !== "";
    let count = 0;
    for (const item of items) {
      item.hidden = isActive && !(isOf(item, kind) && needles.every((needle) => text(item).includes(needle)));
      if (!item.hidden) count += 1;
      const link = links.get(item.id);
      if (link) link.parentElement.hidden = item.hidden;
    }
    for (const branch of all(".branch")) {
      const fold = branch.querySelector(":scope > .steps");
      const isInside = fold?.querySelector(".stop:not([hidden]), .event:not([hidden])");
      const head = branch.querySelector(":scope > .stop");
      branch.hidden = head.hidden && !isInside;
      if (fold) fold.hidden = !isInside;
      if (isActive && isInside) fold.open = true;
      // The rail of a search lists only branches.
      const link = links.get(head.id);
      if (link) link.parentElement.hidden = branch.hidden;
    }
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.only === kind));
    for (const link of all(".strip a, .tree a")) {
      const target = document.getElementById(link.getAttribute("href").slice(1));
      link.classList.toggle("out", isActive && Boolean(target?.closest("[hidden]")));
    }
    found.textContent = isActive ? (count === 1 ? "1 found" : `${count} found`) : "";
    root.classList.toggle("filtered", isActive);
  }
  find.addEventListener("input", () => filter(find.value, only));

  // A picture in full size.
  const box = one("dialog");
  const stage = box.querySelector(".stage");
  const caption = box.querySelector("figcaption");
  const shots = all(".shot").filter((shot) => shot.querySelector("button"));
  let shown = -1;
  function show(index) {
    const shot = shots[index];
    if (!shot) return;
    shown = index;
    const screen = shot.querySelector("svg").cloneNode(true);
    draw(screen);
    stage.replaceChildren(screen);
    const title = shot.closest(".stop, .top").querySelector("h1, h2").textContent;
    caption.textContent = `${shot.querySelector("figcaption").firstChild.textContent.trim()} · ${title}`;
    if (!box.open) box.showModal();
  }
  for (const [index, shot] of shots.entries()) shot.querySelector("button").addEventListener("click", () => show(index));
  box.addEventListener("click", (event) => { if (event.target.closest("svg") === null) box.close(); });

  function theme() {
    const isDark = (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    root.dataset.theme = isDark ? "light" : "dark";
  }
  function marks() { one("#marks").setAttribute("aria-pressed", String(!root.classList.toggle("plain"))); }
  one("#theme").addEventListener("click", theme);
  one("#marks").addEventListener("click", marks);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === find) {
      if (event.key === "Escape") { filter("", only); find.blur(); }
      if (event.key === "Enter") { current = -1; step(1); }
      return;
    }
    const by = { ArrowRight: 1, j: 1, ArrowDown: 1, ArrowLeft: -1, k: -1, ArrowUp: -1 }[event.key];
    if (event.key === "m") return marks();
    if (event.key === "t") return theme();
    if (box.open) {
      if (by) { event.preventDefault(); show(shown + by); }
      return;
    }
    // Up and down stay the browser's: they scroll.
    if (by && !event.key.endsWith("Up") && !event.key.endsWith("Down")) {
      event.preventDefault();
      return step(by);
    }
    if (event.key === "/") { event.preventDefault(); find.focus(); find.select(); }
    if (event.key === "Escape") filter("", "");
    if (event.key === "g") { current = -1; step(1); }
    if (event.key === "G") { current = stops.length; step(-1); }
    if (event.key === "Enter" && event.target.classList.contains("stop")) {
      const shot = shots.findIndex((shot) => event.target.contains(shot));
      if (shot >= 0) { event.preventDefault(); show(shot); }
    }
  });
  root.classList.add("alive");
  if (location.hash) follow();
})();
