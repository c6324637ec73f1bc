// The page "verify a receipt": reads the file or the pasted text and shows, in the page's own language, what came out.
import { check, Wrong } from "./verify.js";

const form = document.getElementById("verify");
const result = document.getElementById("verify-result");
const words = document.getElementById("verify-words").content;

function line(word, detail = "") {
  const paragraph = words.querySelector(`[data-word="${word}"]`).cloneNode(true);
  if (detail !== "") paragraph.append(` ${detail}`);
  return paragraph;
}

function show(code, ...lines) {
  result.className = code === "ok" ? "notice" : "notice notice-warn";
  result.dataset.code = code;
  result.replaceChildren(...lines);
}

async function run(text) {
  let receipt;
  try {
    receipt = JSON.parse(text);
    const keys = form.dataset.keys.split(" ").filter(Boolean);
    const proven = await check(receipt, keys);
    show(
      "ok",
      line("ok"),
      ...proven.labels.map((label) => line("same", label)),
      line("recorded", proven.recorded),
      line("place", `${proven.index} / ${proven.size}`),
      line("signed", proven.signed),
    );
  } catch (error) {
    if (error instanceof Wrong) show(error.code, line(error.code, error.detail));
    else show("form", line("form"));
  }
}

document.getElementById("receipt-file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (file) {
    document.getElementById("receipt-text").value = await file.text();
    await run(document.getElementById("receipt-text").value);
  }
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await run(document.getElementById("receipt-text").value);
});
form.hidden = false;
