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
