// Checks a receipt in the browser: openings ↔ leaf ↔ inclusion path ↔ signed checkpoint. No network, no library.
// `check(receipt, trustedKeys)` resolves to what the receipt proves, or throws a Wrong whose `code` says what is amiss.

export class Wrong extends Error {
  constructor(code, detail = "") {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

const MMD = 600; // seconds; the same as in the offline verifier
const encoder = new TextEncoder();

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

async function sha(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
}

function same(a, b) {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Wrong("form");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromBase64(text) {
  let raw;
  try {
    raw = atob(text);
  } catch {
    throw new Wrong("form");
  }
  if (btoa(raw) !== text) throw new Wrong("form");
  return Uint8Array.from(raw, (char) => char.charCodeAt(0));
}

async function keyId(name, type, key) {
  return (await sha(encoder.encode(`${name}\n`), new Uint8Array([type]), key)).slice(0, 4);
}

/** A verifier key line → {name, key}; only type 0x01 (Ed25519). */
export async function parseKey(text) {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim());
  if (!match) throw new Wrong("key");
  const material = fromBase64(match[3]);
  const key = material.slice(1);
  if (material.length !== 33 || material[0] !== 1) throw new Wrong("key");
  if (toHex(await keyId(match[1], 1, key)) !== match[2]) throw new Wrong("key");
  return { name: match[1], key };
}

async function verifySignature(key, signature, message) {
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    throw new Wrong("browser");
  }
  if (!(await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message))) throw new Wrong("signature");
}

/** A checkpoint note, signed by `key` → {origin, size, root, time}. */
export async function openCheckpoint(note, { name, key }) {
  const gap = note.lastIndexOf("\n\n");
  const body = note.slice(0, gap + 1);
  const lines = body.split("\n");
  if (gap < 0 || lines.length !== 4 || !/^(0|[1-9][0-9]{0,15})$/.test(lines[1])) throw new Wrong("form");
  const signatures = new Map();
  for (const line of note.slice(gap + 2).split("\n")) {
    const parts = line.split(" ");
    if (parts.length === 3 && parts[0] === "\u2014" && parts[1] === name) {
      const raw = fromBase64(parts[2]);
      signatures.set(toHex(raw.slice(0, 4)), raw.slice(4));
    }
  }
  const plain = signatures.get(toHex(await keyId(name, 1, key)));
  const timed = signatures.get(toHex(await keyId(name, 4, key)));
  if (!plain || !timed || timed.length !== 72 || lines[0] !== name) throw new Wrong("signature");
  const time = Number(new DataView(timed.buffer, timed.byteOffset).getBigUint64(0));
  await verifySignature(key, plain, encoder.encode(body));
  await verifySignature(key, timed.slice(8), encoder.encode(`cosignature/v1\ntime ${time}\n${body}`));
  return { origin: lines[0], size: Number(lines[1]), root: fromBase64(lines[2]), time };
}

/** The root an inclusion path leads to (RFC 9162, 2.1.3.2). */
export async function climb(leaf, index, size, path) {
  if (!(index >= 0 && index < size)) throw new Wrong("proof");
  let value = leaf;
  let last = size - 1;
  for (const step of path) {
    if (last === 0 || step.length !== 32) throw new Wrong("proof");
    if (index % 2 === 1 || index === last) {
      value = await sha(new Uint8Array([1]), step, value);
      while (index !== 0 && index % 2 === 0) {
        index = index / 2;
        last = Math.floor(last / 2);
      }
    } else {
      value = await sha(new Uint8Array([1]), value, step);
    }
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) throw new Wrong("proof");
  return value;
}

async function checkOpening(opening, leaf) {
  const value = "base64" in opening ? fromBase64(opening.base64) : encoder.encode(opening.text);
  const label = encoder.encode(opening.label);
  const salt = fromHex(opening.salt);
  const length = new Uint8Array([label.length >> 8, label.length & 255]);
  const made = toHex(await sha(encoder.encode("huiyin/commit/v1\0"), salt, length, label, value));
  const written = opening.label === "case" ? leaf.case : leaf.c[opening.label];
  if (salt.length !== 32 || made !== written) throw new Wrong("opening", opening.label);
}

/** Everything a receipt claims. `trustedKeys`: verifier key lines, or empty to go by the receipt's own key. */
export async function check(receipt, trustedKeys = []) {
  let leaf;
  try {
    leaf = JSON.parse(receipt.leaf);
  } catch {
    throw new Wrong("form");
  }
  if (receipt.huiyin !== "receipt/v1" || !Array.isArray(receipt.openings) || typeof leaf.c !== "object") {
    throw new Wrong("form");
  }
  for (const opening of receipt.openings) await checkOpening(opening, leaf);
  if (!receipt.proof) throw new Wrong("pending");
  if (trustedKeys.length && !trustedKeys.includes(receipt.key)) throw new Wrong("key");

  const gap = receipt.proof.indexOf("\n\n");
  const lines = receipt.proof.slice(0, gap).split("\n").filter((line) => !line.startsWith("extra "));
  const index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines[1] ?? "");
  if (gap < 0 || lines[0] !== "c2sp.org/tlog-proof@v1" || !index) throw new Wrong("form");
  const head = await openCheckpoint(receipt.proof.slice(gap + 2), await parseKey(receipt.key));
  if (head.origin !== receipt.log) throw new Wrong("key");
  const leafHash = await sha(new Uint8Array([0]), encoder.encode(receipt.leaf));
  const root = await climb(leafHash, Number(index[1]), head.size, lines.slice(2).map(fromBase64));
  if (!same(root, head.root)) throw new Wrong("proof");
  const recorded = Date.parse(leaf.at) / 1000;
  if (!(recorded <= head.time + MMD)) throw new Wrong("time");
  return {
    labels: receipt.openings.map((opening) => opening.label),
    recorded: leaf.at,
    index: Number(index[1]),
    size: head.size,
    signed: new Date(head.time * 1000).toISOString(),
  };
}
