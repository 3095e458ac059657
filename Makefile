# What people and CI run. `make help` lists it.
SHELL := /bin/bash
NEXUS_VECTORS ?= ../shared/vectors
export NEXUS_VECTORS

.PHONY: help build core test test-core test-swift test-python demo tidy vectors schema sim model planted crash-sweep fuzz reliability reliability-full clean FORCE

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

build: ## the command line, in debug mode
	swift build --product nexus

core: ## floors 0 to 5 alone: seconds once built
	NEXUS_FLOORS=core swift test --scratch-path .build-core

demo: ## a rail on this machine: 61 seasons of real data, certified and verified
	Scripts/fetch-wasmtime
	swift build -c release --product nexus
	.build/release/nexus demo

test: ## all that CI runs
	Scripts/test

tidy: ## sizes, names and bans of the house style
	Scripts/tidy

vectors: ## writes the golden vectors anew; they are append-only, so look at the difference
	NEXUS_WRITE_VECTORS=1 NEXUS_FLOORS=core swift test --scratch-path .build-core --filter GoldenVectors

SEEDS ?= 400
FIRST ?= 1
simulator = .build-rel/release/simulator

$(simulator): FORCE
	NEXUS_FLOORS=core swift build -c release --scratch-path .build-rel --product simulator

FORCE:

sim: $(simulator) ## stories from seeds: SEEDS=20000, or SEED=17 for one of them
	$(if $(SEED),$(simulator) story $(SEED),$(simulator) stories --seeds $(SEEDS) --first $(FIRST))

FAULTS ?= 2

model: $(simulator) ## every history of three nodes and two jobs with FAULTS faults
	$(simulator) model --faults $(FAULTS) --no-graces

planted: ## bugs put into a copy of the tree, each to be caught by the test it names
	Scripts/planted-bugs

crash-sweep: ## real processes, broken at every durable operation and started again
	swift build -c release --product nexus
	Scripts/crash-sweep --points 400 --pairs 50 --full 40 --calls 120 --small --order

DECODER ?= pack
SECONDS ?= 60

fuzz: ## libFuzzer on one decoder: DECODER=pack SECONDS=600; the corpus is Tests/Fuzz/Corpus
	NEXUS_FLOORS=core NEXUS_FUZZER=1 swift build -c release --scratch-path .build-fuzz --product fuzzer
	Scripts/fuzz $(DECODER) $(SECONDS)

reliability: ## the test programme in one table, with the counts of CI
	swift build -c release --product nexus
	swift build -c release --product simulator
	Scripts/reliability

reliability-full: ## the same with the full counts: hours
	swift build -c release --product nexus
	swift build -c release --product simulator
	NEXUS_FLOORS=core NEXUS_FUZZER=1 swift build -c release --scratch-path .build-fuzz --product fuzzer
	Scripts/reliability --full

clean:
	rm -rf .build .build-core .build-rel .build-fuzz .build-planted .nexus
