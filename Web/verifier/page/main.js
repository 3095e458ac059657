// The page: takes two files by drop or choice, tells them apart by their format, verifies, shows.
import { decodeUtf8 } from "../src/bytes.js";
import { verify } from "../src/verify.js";
import { renderReport } from "./render.js";
import { viewOf } from "./view.js";

const slots = { pack: null, trust: null };
const byId = (id) => document.getElementById(id);

// Told by the first bytes that name a format; whether it is one is for the checks.
function kindOf(bytes) {
  const text = decodeUtf8(bytes.subarray(0, 67_108_864)) ?? "";
  if (/"format"\s*:\s*"nexus\.trust\/v1"/.test(text)) return "trust";
  return "pack";
}

async function take(files, chosenFor) {
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const kind = chosenFor ?? kindOf(bytes);
    slots[kind] = { name: file.name, bytes };
    const label = byId(`${kind}-name`);
    label.textContent = file.name;
    label.closest(".slot").classList.add("filled");
  }
  await check();
}

async function check() {
  const status = byId("status");
  if (!slots.pack || !slots.trust) {
    status.textContent = slots.pack ? "Now the trust file." : slots.trust ? "Now the evidence pack." : "";
    return;
  }
  status.textContent = "Checking…";
  try {
    const report = await verify(slots.pack.bytes, slots.trust.bytes);
    byId("report").replaceChildren(...renderReport(viewOf(report)));
    document.body.dataset.verdict = report.verdict;
    document.title = `${document.querySelector("#verdict").textContent}: ${slots.pack.name}`;
    byId("verdict").focus({ preventScroll: true });
    byId("report").scrollIntoView({ block: "start" });
    status.textContent = "";
  } catch (error) {
    byId("report").replaceChildren();
    document.body.dataset.verdict = "fault";
    status.textContent = `This page failed, which says nothing about the pack: ${error}`;
  }
}

function listen() {
  for (const kind of ["pack", "trust"]) {
    byId(`${kind}-file`).addEventListener("change", ({ target }) => take(target.files, kind));
  }
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dragging");
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!relatedTarget) document.body.classList.remove("dragging");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dragging");
    take(event.dataTransfer.files);
  });
  byId("print").addEventListener("click", () => print());
}

if (globalThis.crypto?.subtle) listen();
else {
  byId("status").textContent = "This browser gives no cryptography to this page. Open the file itself, or over https.";
}
