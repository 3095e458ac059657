// What the page says about each check and each outcome, for people.

export const checkWords = {
  form: ["The file is whole", "One canonical document, every field known, nothing changed since it was made."],
  rail: ["It is of your rail", "The pack names the rail that your trust file describes."],
  checkpoint: ["The log is signed", "The log's key, and as many validators and witnesses as were asked for, signed this state of the log."],
  genesis: ["The rail's beginning is in the log", "Entry 0 of the log is the founding document in your trust file."],
  governance: ["Every decision holds", "All decisions of the committee and the issuers, in order, with enough votes and good signatures."],
  rollup: ["The decision is in the log", "How this job was decided was logged, signed by the rail, under the governance shown."],
  clause: ["The agreement was in force", "The clause was published, approved and active when the event came."],
  inputs: ["The inputs are those committed to", "Each value is the one the nodes were given, signed by its feed where the clause names one."],
  statements: ["Each node was entitled", "Every statement is signed by an approved operator's node, under its own token."],
  quorum: ["Enough of them agree", "Distinct operators and jurisdictions signed the same result, as the clause demands."],
  result: ["The result follows", "The signal follows from the terms that the nodes signed, for this occurrence and no other."],
  proof: ["The proof of the model's answer", "The model is the one that the clause names, and its node signed this proof of this answer, for this job and the input that its feed signed. Whether the proof holds is not computed in this page. Where the committee decided there is none."],
  attestation: ["The machines' evidence is taken", "The kind of evidence about the nodes' machines is one the clause and you accept."],
};

export const verdictWords = {
  accept: ["Verified", "All checks passed, here in your browser."],
  reject: ["Refused", "This pack does not prove what it says."],
  unchecked: ["Not fully checked", "Nothing failed, and something was not computed in this page. Do not take it for verified: use nexus verify or nexus-verify."],
};

export const signalWords = {
  TRIGGER: "the conditions are met",
  PASS: "nothing is due",
  FAIL: "an obligation was not met",
  ESCALATE: "people have to look",
};

export const stateWords = { "passed": "Passed", "failed": "Failed", "unchecked": "Unchecked",
  "not reached": "Not reached" };
