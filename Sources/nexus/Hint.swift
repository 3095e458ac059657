/// What to do next, by error code.
enum Hint {
    static func text(for code: String) -> String? { table[code] }

    static let table: [String: String] = [
        "base.not-canonical": "the file was edited or reformatted after it was made; get the original bytes",
        "base.missing-field": "compare the file with its page in Documentation/Formats",
        "base.unknown-field": "compare the file with its page in Documentation/Formats",
        "clause.schema":
            "`nexus clause schema` prints what each field may hold; `nexus clause new` makes a valid example",
        "clause.malformed-yaml": "check indentation and quotes around this line",
        "clause.inconsistent": "the parts must fit together: see Documentation/Formats/clause-v1.md",
        "clause.bad-expression": "terms may name the clause's inputs, parameters and outputs",
        "clause.bad-identifier": "write ISSUER::Name@1.0.0",
        "clause.out-of-range": "the clause itself bounds its occurrences and inputs; see `nexus clause check`",
        "clause.bad-binding": "see `nexus clause check` for the names of the inputs and the editions they take",
        "cli.exists": "choose another name, or move the file away",
        "cli.module-not-found": "build it with `nexus clause build`, or name it with --module or --modules",
        "cli.guest-not-found": "name the folder Guests/NexusGuest with --guest",
        "cli.inputs-withheld": "ask whoever may see the inputs for a pack that shows them",
        "cli.not-found": "check the path",
        "cli.indeterminate": "run it again; if it stays, raise the clause's memory or wall time",
        "cli.internal": "this is a defect: please report it with the command that led here",
        "evidence.attestation-not-allowed":
            "the trust file decides which kinds count; allow `simulated` for demonstrations only",
        "evidence.not-a-certificate": "only evidence packs (*.aep.json) certify anything",
        "evidence.other-rail": "use the trust file of the rail that made the pack",
        "evidence.pack-damaged": "the pack was changed after it was made; get it again",
        "governance.too-few-votes": "collect more approvals: `nexus clause approve`",
        "keys.exists": "choose another name: keys are never overwritten",
        "keys.not-found": "make one with `nexus key new`",
        "keys.open-mode": "keep keys in a folder of their own: chmod 700 the folder and 600 the file",
        "keys.wrong-suite": "see `nexus key show`",
        "log-store.damaged": "restore the log's folder from a copy; a log is never repaired by hand",
        "mesh.unreachable": "is the rail running? start it with `nexus up`, or check the address",
        "mesh.token-expired": "ask the rail's operator for a new enrolment token",
        "mesh.token-spent": "ask the rail's operator for a new enrolment token",
        "orchestration.unknown-clause": "`nexus clause list` shows what is published",
        "model.not-quantised": "a float network needs samples that calibrate it: --samples FILE",
        "proof.wrong-statement": "ask whoever proved for a proof of this network, input and context",
        "rail.exists": "name another folder, or run the rail that is there: `nexus up FOLDER`",
        "rail.not-certified": "`nexus job show` says how far the job is; `nexus job watch` waits for it",
        "rail.not-found": "found a rail with `nexus up FOLDER --found NAME`, or name its folder with --rail",
        "rail.unreachable": "is the rail running? start it with `nexus up FOLDER`",
        "node.incomplete": "enrol the node first: `nexus node enrol`",
        "runtime.library-missing": "run Scripts/fetch-wasmtime, or name the library in NEXUS_WASMTIME",
        "runtime.library-version": "run Scripts/fetch-wasmtime for the pinned version",
        "runtime.toolchain-missing": "install the Swift toolchain, or name it in NEXUS_TOOLCHAIN",
        "runtime.wrong-module":
            "`nexus clause build --clause FILE` writes the digest of the built module into the clause",
        "trust.wrong-predicate": "this is a signed document of another kind",
    ]
}
