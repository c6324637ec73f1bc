// Everything works without this file. It only says how many letters are left while somebody types.
"use strict";
for (const area of document.querySelectorAll("textarea[data-count][maxlength]")) {
  const note = document.getElementById(area.dataset.count);
  if (!note) continue;
  const most = Number(area.getAttribute("maxlength"));
  // The server counts too, and has the last word: without the attribute nothing pasted is cut off unseen.
  area.removeAttribute("maxlength");
  const tell = () => {
    const left = most - [...area.value.replace(/\n/g, "\r\n")].length;
    note.textContent = (left < 0 ? note.dataset.over : note.dataset.left).replace("#", Math.abs(left));
    note.classList.toggle("field-error", left < 0);
  };
  area.addEventListener("input", tell);
  tell();
}
