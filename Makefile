# What people and CI run. `make help` lists it.
SHELL := /bin/bash
NEXUS_VECTORS ?= ../shared/vectors
export NEXUS_VECTORS

.PHONY: help build core test test-core test-swift test-python demo tidy vectors schema sim clean

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

sim: ## stories from seeds: SEEDS=20000, or SEED=17 for one of them
	NEXUS_FLOORS=core swift build -c release -Xswiftc -enable-testing --scratch-path .build-rel --product simulator
	.build-rel/release/simulator $(if $(SEED),story $(SEED),stories --seeds $(SEEDS) --first $(FIRST))

clean:
	rm -rf .build .build-core .nexus
