// Every page works without this file. It reads the code out of a scanned address, offers printing, and says early when a
// photo is too large. It keeps nothing in this browser: a draft left on a shared computer would tell the next person.
"use strict";
const code = document.querySelector("#follow #code");
if (code && location.hash.length > 20) {
  code.value = decodeURIComponent(location.hash.slice(1));
  // The code leaves the address line at once, and with it the browser's history.
  history.replaceState(null, "", location.pathname);
  code.form.querySelector("button").focus();
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const files of document.querySelectorAll("input[type=file][data-most]")) {
  const note = document.getElementById("photo-note");
  files.addEventListener("change", () => {
    const large = [...files.files].some((file) => file.size > Number(files.dataset.most));
    if (note) note.textContent = large ? files.dataset.note : "";
  });
}
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => setTimeout(() => { for (const b of form.querySelectorAll("button")) b.disabled = true; }));
}
// What is shown beside the words while somebody types. The words go in the body of the question and are kept nowhere.
const say = document.getElementById("say");
const beside = document.getElementById("beside");
if (say && beside && say.elements.text) {
  let timer = 0, running = null, asked = "", shown = "";
  const look = async () => {
    const text = say.elements.text.value;
    if (text.trim().length < 4 || text === asked) return;
    asked = text;
    if (running) running.abort();
    running = new AbortController();
    const wanted = new FormData();
    for (const name of ["text", "area", "place", "point", "join", "apart"]) if (say.elements[name]) wanted.set(name, say.elements[name].value);
    try {
      const answer = await fetch(beside.dataset.look, { method: "POST", body: wanted, signal: running.signal, credentials: "omit" });
      if (!answer.ok) return;
      const html = (await answer.json()).html;
      if (html !== shown) beside.innerHTML = shown = html;
    } catch { /* no help this time; the next step shows the same */ }
  };
  say.elements.text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 600); });
}
