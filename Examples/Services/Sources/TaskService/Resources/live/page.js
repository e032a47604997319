// What all views need of the page. Whatever tasks say is put into it as text only.
export const $ = (id) => document.getElementById(id);

export const element = (name, text = "", style = "") => {
  const it = document.createElement(name);
  it.textContent = text;
  it.className = style;
  return it;
};

export const draw = (canvas, image) => {
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").drawImage(image, 0, 0);
};

/// Waits; at once if it is not wanted any more.
export const pause = (time, signal) => new Promise((done) => {
  const clock = setTimeout(done, time);
  signal?.addEventListener("abort", () => { clearTimeout(clock); done(); });
});
