# %% [markdown]
# # From a reading to a verified pack
#
# A season of the El Niño clause: find what the rail certified, watch what it does, fetch the evidence, and check it
# without asking the rail again. Each cell stands alone in an editor that knows `# %%`; as a program, run
#
#     NEXUS_URL=http://127.0.0.1:8080 NEXUS_TOKEN=nxt_… NEXUS_TRUST=rail.json python season.py 1997

# %%
import os
import sys

from nexus_client import Client, Input, NexusProblem

CLAUSE = "GRA::ExtremeElNino@1.0.0"
season = sys.argv[1] if len(sys.argv) > 1 else "1997"
rail = Client(os.environ["NEXUS_URL"], os.environ.get("NEXUS_TOKEN"))

# %% [markdown]
# ## Who computes
# Operators in different jurisdictions; none of them has to be believed alone.

# %%
for node in rail.nodes():
    print(f"{node.jurisdiction}  {node.operator}")

# %% [markdown]
# ## Submit
# The season's two readings, as the feed signed them. The rail answers once they are on its disk. An occurrence is decided
# once: if the season has a job, the rail answers with that one, and nothing is computed twice.

# %%
values = [Input("november", os.environ.get("NOVEMBER", "26.12")), Input("december", os.environ.get("DECEMBER", "26.81"))]
found = rail.page(clause=CLAUSE, occurrence=season).items
if found:
    job = found[0].job
    print("the season has a job:", job)
else:
    try:
        job = rail.submit(CLAUSE, season, values).job
    except NexusProblem as problem:
        sys.exit(f"refused: {problem}")

# %% [markdown]
# ## Wait for agreement

# %%
certified = rail.wait(job)
print(certified.occurrence, certified.status, certified.signal)

# %% [markdown]
# ## Check it yourself
# From here on the rail is not asked any more: the pack and the trust file are enough, today and years later.

# %%
evidence = rail.evidence(job)
path = evidence.save(f"{season}.aep.json")
report = evidence.verify(os.environ["NEXUS_TRUST"])
for check in report.checks:
    print(f"✓ {check.name:<12} {check.detail}")
print(f"{path}: {report.facts['signal']}, {report.facts['agreeing']} nodes agree")
for caveat in report.caveats:
    print("not shown:", caveat)
