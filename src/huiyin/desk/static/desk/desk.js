// The staff pages work without this file. It looks for similar matters while somebody types, and prints the receipt.
"use strict";
const intake = document.getElementById("intake");
const beside = document.getElementById("beside");
if (intake && beside && intake.dataset.similar) {
  let timer = 0;
  let running = null;
  const look = async () => {
    if (running) running.abort();
    running = new AbortController();
    const wanted = new FormData();
    for (const name of ["csrfmiddlewaretoken", "text", "area", "as"]) wanted.set(name, intake.elements[name].value);
    try {
      const answer = await fetch(intake.dataset.similar, { method: "POST", body: wanted, signal: running.signal, credentials: "same-origin" });
      const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      // An ended session answers with a page: leave the form alone, its text is kept when it is sent.
      if (answer.ok && isJson) beside.innerHTML = (await answer.json()).html;
    } catch (error) {
      if (error.name !== "AbortError") beside.setAttribute("data-failed", "");
    }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(look, 400); };
  intake.elements.text.addEventListener("input", soon);
  intake.elements.area.addEventListener("change", soon);
}
// The reply check, while somebody writes.
for (const help of document.querySelectorAll("[data-check]")) {
  const form = help.closest("form");
  const field = form.elements[help.dataset.field || "text"];
  let timer = 0;
  let running = null;
  const look = async () => {
    if (running) running.abort();
    running = new AbortController();
    const wanted = new FormData();
    for (const name of ["csrfmiddlewaretoken", "as"]) wanted.set(name, form.elements[name].value);
    wanted.set("text", field.value);
    if (help.dataset.asked) wanted.set("asked", form.elements[help.dataset.asked].value);
    try {
      const answer = await fetch(help.dataset.check, { method: "POST", body: wanted, signal: running.signal, credentials: "same-origin" });
      if (!answer.ok || !(answer.headers.get("Content-Type") || "").startsWith("application/json")) return;
      help.innerHTML = (await answer.json()).html;
      help.hidden = !help.textContent.trim();
    } catch { /* no help this time; the button shows the same */ }
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 800); });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
// A link to one step opens it.
const opened = location.hash.startsWith("#do-") ? document.getElementById(location.hash.slice(1)) : null;
if (opened && opened.tagName === "DETAILS") opened.open = true;
