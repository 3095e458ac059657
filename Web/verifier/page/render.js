// The report on the page.
import { h } from "./dom.js";
import { checkWords, signalWords, stateWords, verdictWords } from "./words.js";

export function renderReport(view) {
  return [verdict(view), view.subject && subject(view.subject), checks(view.checks), proof(view.proof),
    terms(view.terms), inputs(view.inputs), answers(view.answers), log(view.log), notShown(view.notShown),
    agreement(view.text)].filter(Boolean);
}

const classOf = (state) => state.replace(" ", "-");

function verdict({ verdict: name, check, code, place }) {
  const [title, sentence] = verdictWords[name];
  const where = check === "trust" ? "the trust file could not be read" : check && `the check “${check}” failed`;
  return h("section", { class: `verdict ${name}`, "aria-labelledby": "verdict" },
    h("span", { class: "mark", "aria-hidden": true }),
    h("div", {},
      h("h2", { id: "verdict", tabindex: -1 }, title),
      h("p", {}, where ? `${sentence} More exactly: ${where}.` : sentence),
      code && h("p", { class: "code" }, h("code", {}, code), place ? [" at ", h("code", {}, place)] : null)));
}

function subject(it) {
  const agreed = it.override !== undefined ? `decided by the committee, entry ${it.override}`
    : it.agreeing === undefined ? undefined : `${it.agreeing} of ${it.all} statements agree`;
  return h("section", { class: "subject" },
    h("p", { class: "eyebrow" }, it.rail),
    h("h2", {}, it.title ?? it.clauseId),
    h("p", { class: "outcome" }, h("span", { class: `signal ${it.signal}` }, it.signal), " ",
      signalWords[it.signal]),
    facts([[it.occurrenceName ?? "occurrence", it.occurrence], ["clause", h("code", {}, it.clauseId)],
      ["agreement", agreed], ["decided at", h("time", { datetime: it.decidedAt }, readable(it.decidedAt))],
      ["corrects job", it.supersedes && digest(it.supersedes)], ["job", digest(it.jobId)],
      ["rail", digest(it.railId)]]));
}

function facts(rows) {
  return h("dl", { class: "facts" }, rows.filter(([, value]) => value !== undefined).map(([name, value]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

const readable = (time) => `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;

const digest = (text) => h("code", { class: "digest", title: text }, text);

const counted = { 12: "Twelve", 13: "Thirteen" };

function checks(rows) {
  return h("section", { "aria-labelledby": "checks" }, h("h3", { id: "checks" }, `${counted[rows.length]} checks`),
    h("ol", { class: "checks" }, rows.map((row) => {
      const [title, sentence] = checkWords[row.name];
      return h("li", { class: classOf(row.state), "data-check": row.name },
        h("span", { class: "mark", "aria-hidden": true }),
        h("div", {},
          h("p", { class: "title" }, h("span", { class: "name" }, title), " ", h("code", {}, row.name),
            h("span", { class: "state" }, stateWords[row.state])),
          h("p", {}, sentence),
          row.code && h("p", { class: "code" }, h("code", {}, row.code), row.place ? ` at ${row.place}` : null),
          row.unchecked.map(({ code, what }) => h("p", { class: "code" }, h("code", {}, code), ` ${what}`))));
    })));
}

function proof(it) {
  if (!it) return null;
  return h("section", { "aria-labelledby": "proof" }, h("h3", { id: "proof" }, "The proof, not checked here"),
    h("p", {}, "One node computed a model over an input that stays hidden, and handed over a proof. This page sees ",
      "that the node signed this proof of this answer; whether it holds, nexus verify and nexus-verify compute."),
    facts([["model", digest(it.model)], ["proof", digest(it.digest)], ["size", `${it.bytes} bytes`]]));
}

function table(title, id, head, rows) {
  if (rows.length === 0) return null;
  return h("section", { "aria-labelledby": id }, h("h3", { id }, title),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": id },
      h("table", {}, h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell, i) =>
          h(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : {}, cell ?? "–"))))))));
}

function terms(rows) {
  const withUnit = (value, unit) => (value === undefined ? undefined : unit ? `${value} ${unit}` : value);
  return table("Terms, as the nodes signed them", "terms", ["Term", "Condition", "Observed", "Threshold", "Margin", ""],
    rows.map((term) => [term.name, h("code", {}, term.expression), withUnit(term.observed, term.unit),
      withUnit(term.threshold, term.unit), withUnit(term.margin, term.unit),
      h("span", { class: `chip ${term.verdict}` }, term.verdict)]));
}

function inputs(rows) {
  return table("Inputs", "inputs", ["Input", "Value", "Edition", "Feed", "Retrieved"], rows.map((input) => [
    input.name, valueOf(input),
    input.edition || undefined, input.feed, readable(input.retrievedAt)]));
}

function valueOf({ value, unit, isHidden }) {
  if (value === null) return h("em", {}, "withheld");
  if (isHidden) return [h("em", {}, "hidden, known by its commitment "), digest(value)];
  return [value, unit ? ` ${unit}` : ""];
}

function answers(rows) {
  return table("The nodes' answers", "answers", ["Operator", "Place", "Outcome", "Result", "Machine", "Attestation"],
    rows.map((answer) => [answer.operator, answer.jurisdiction,
      h("span", { class: `chip ${answer.outcome}` }, answer.outcome), answer.result && digest(answer.result),
      answer.engine, answer.attestation && h("span", { class: "chip badge" }, answer.attestation)]));
}

function log(it) {
  if (!it) return null;
  return h("section", { "aria-labelledby": "log" }, h("h3", { id: "log" }, "The log"),
    facts([["log", it.origin], ["entries", it.size], ["decisions", it.decisions ?? undefined],
      ["validators who cosigned", String(it.validators)], ["witnesses who cosigned", String(it.witnesses)],
      ["existed by, on a time-stamping authority's word", it.existedBy && readable(it.existedBy)]]));
}

function notShown(lines) {
  if (lines.length === 0) return null;
  return h("section", { "aria-labelledby": "not-shown", class: "aside" },
    h("h3", { id: "not-shown" }, "What this does not show"), h("ul", {}, lines.map((line) => h("li", {}, line))));
}

function agreement(it) {
  if (!it) return null;
  return h("section", {}, h("details", {}, h("summary", {}, "The agreement, as its parties read it"),
    h("div", { class: "legal", lang: it.language }, it.text)));
}
