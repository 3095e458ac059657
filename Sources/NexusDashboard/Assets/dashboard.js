// Follows the rail: after a change, the parts of this page that are marked are fetched again. Pages are whole without it.
const live = document.getElementById("live");

function say(text, isOn) {
  live.textContent = text;
  live.classList.toggle("on", isOn);
}

let waiting;
function refreshSoon() {
  waiting ??= setTimeout(async () => {
    waiting = undefined;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (answer.ok) replaceParts(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      say("Not reached; trying again", false);
    }
  }, 800);
}

// A part keeps its place and its focus: only what differs is replaced, and what was unfolded stays so.
function replaceParts(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.getElementById(part.id);
    const opened = other?.querySelectorAll("details") ?? [];
    part.querySelectorAll("details").forEach((one, place) => { if (opened[place]) opened[place].open = one.open; });
    if (!other || other.innerHTML === part.innerHTML || part.contains(document.activeElement)) continue;
    part.replaceChildren(...document.adoptNode(other).childNodes);
  }
}

// Server-sent events; the browser comes back by itself, with the number of the last change it saw.
if (document.querySelector("[data-live]")) {
  const changes = new EventSource("/v1/events");
  changes.addEventListener("open", () => say("Live", true));
  changes.addEventListener("error", () => say("Not reached; trying again", false));
  for (const kind of ["job", "dispute", "node", "governance", "rollup", "checkpoint", "delivery", "reset"]) {
    changes.addEventListener(kind, refreshSoon);
  }
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
