// Everything works without this file. It only says how many letters are left while somebody types.
"use strict";
for (const area of document.querySelectorAll("textarea[data-count][data-most]")) {
  const note = document.getElementById(area.dataset.count);
  if (!note) continue;
  const most = Number(area.dataset.most);
  const tell = () => {
    const left = most - [...area.value.replace(/\n/g, "\r\n")].length;
    note.textContent = (left < 0 ? note.dataset.over : note.dataset.left).replace("#", Math.abs(left));
    note.classList.toggle("field-error", left < 0);
  };
  area.addEventListener("input", tell);
  tell();
}
