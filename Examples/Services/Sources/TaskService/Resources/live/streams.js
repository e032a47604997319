// Streams that the service writes as things happen: events, and pictures.
import { $, pause } from "./page.js";
import { ask, hasToken } from "./service.js";

/// Says whether the page is up to date.
export const link = (isOn) => {
  $("link").dataset.state = isOn ? "on" : "off";
  $("link").textContent = isOn ? "live" : "offline";
};

/// Reads a stream until it is not wanted any more, or `read` says that it is over; one that breaks is begun again.
export async function follow(address, read, signal) {
  while (!signal.aborted) {
    const attempt = new AbortController();
    const both = AbortSignal.any([signal, attempt.signal]);
    try {
      const answer = await ask("GET", address(), undefined, both);
      link(true);
      if (await read(pieces(answer.body.getReader()), both)) return;
    } catch (error) {
      if (signal.aborted || !hasToken()) return;
      link(false);
    } finally {
      attempt.abort();
    }
    await pause(1000, signal);
  }
}

/// What comes, piece by piece. The service is never silent for more than 15 seconds: whatever is, is gone, even if the
/// connection does not say so, as after a laptop has slept.
async function* pieces(reader) {
  while (true) {
    let clock;
    const silence = new Promise((_, fail) => { clock = setTimeout(() => fail(new Error("silence")), 35000); });
    try {
      const { done, value } = await Promise.race([reader.read(), silence]);
      if (done) return;
      yield value;
    } finally {
      clearTimeout(clock);
    }
  }
}

/// Takes server-sent events apart.
export async function readEvents(pieces, take) {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of pieces) {
    const parts = (rest + decoder.decode(piece, { stream: true })).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const field = (name) => part.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
      const data = field("data");
      if (data) take(field("event"), JSON.parse(data));
    }
  }
}

/// Takes messages apart, each with its length in front, until `take` says that the last one has come.
export async function readMessages(pieces, take) {
  let bytes = new Uint8Array(0);
  for await (const piece of pieces) {
    const both = new Uint8Array(bytes.length + piece.length);
    both.set(bytes);
    both.set(piece, bytes.length);
    bytes = both;
    while (bytes.length >= 4) {
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
      if (bytes.length < 4 + length) break;
      const message = bytes.subarray(4, 4 + length);
      if (await take(message, new DataView(message.buffer, message.byteOffset, length))) return true;
      bytes = bytes.slice(4 + length);
    }
  }
  return false;
}

export const picture = (bytes) => createImageBitmap(new Blob([bytes], { type: "image/png" }));
