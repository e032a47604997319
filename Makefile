# Everything here works on a fresh machine: what is missing is installed or built first. `make doctor` tells what is there.
# A container engine that a target had to start is stopped again when it ends, also after a failure or Ctrl-C.

SWIFT ?= swift
ARGS ?=
export GODHAND_STARTED := $(shell date +%s)
export SWIFT
engine := Scripts/with-engine.sh
sources := Package.swift Sources Tests Examples Benchmarks
existing = $(wildcard $(sources))
products := GodHandCore GodHandSandbox GodHandTrace GodHandAgent GodHandTesting GodHandTracing

.DEFAULT_GOAL := help
.PHONY: help demo demo-branching demo-system examples video service test bench bench-tasks bench-osworld image vm doctor docs \
    clean format lint packages

help: ## this list
	@echo "make TARGET [ARGS=...]"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  %-14s %s\n", $$1, $$2 }'

demo: packages ## look something up on a desktop, and show what happened (ARGS=--live: on the real Wikipedia)
	@$(engine) bash -c 'Scripts/setup.sh && exec $(SWIFT) run --package-path Examples Demo "$$@"' demo $(ARGS)

demo-branching: packages ## decide by trying, each idea in a fork of a desktop, and show the tree (ARGS=--docker: in containers)
	@case '$(ARGS)' in *--docker*) ;; *) Scripts/packages.sh vm && $(engine) Scripts/images.sh vm ;; esac
	@$(engine) bash -c 'Scripts/setup.sh desktop && exec $(SWIFT) run --package-path Examples BranchingDemo "$$@"' demo-branching $(ARGS)

demo-system: packages ## install a program in a virtual machine, and use it together with the browser
	@Scripts/packages.sh vm && $(engine) Scripts/images.sh vm
	@$(SWIFT) run --package-path Examples FullSystem $(ARGS)

examples: packages ## run the short examples one after the other (ARGS=FirstAgent: only that one)
	@$(engine) bash -c 'Scripts/setup.sh && exec Scripts/examples.sh "$$@"' examples $(ARGS)

video: ## record the demo and the search as videos, in Results (ARGS=demo or ARGS=branching: only that one)
	@Scripts/video.sh $(ARGS)

service: packages ## take goals in over HTTP, and watch them in a browser (ARGS='--port 8701')
	@Scripts/packages.sh service
	@$(engine) bash -c 'Scripts/setup.sh && exec $(SWIFT) run --package-path Examples/Services task-service --wiki "$$@"' service $(ARGS)

test: ## all tests, and the examples as a user would build them
	@Scripts/packages.sh test
	@Scripts/packages.sh vm
	@$(SWIFT) build --package-path Examples
	@$(engine) Scripts/test.sh $(ARGS)

bench: packages ## every figure that the documentation names
	@$(engine) bash -c 'Scripts/setup.sh && exec $(SWIFT) run -c release --package-path Benchmarks Benchmarks "$$@"' bench $(ARGS)

bench-tasks: packages ## tasks for agents: that they can be done, and how well (ARGS='--agent model --repeats 5')
	@$(engine) bash -c 'Scripts/setup.sh all office && exec $(SWIFT) run --package-path Benchmarks bench-tasks "$$@"' bench-tasks $(ARGS)

bench-osworld: packages ## OSWorld's tasks by known ways and by doing nothing (ARGS='--agent model --tasks vlc')
	@$(engine) bash -c 'Scripts/setup.sh osworld && file=$$(Scripts/osworld.sh tasks) && \
	    exec $(SWIFT) run --package-path Benchmarks bench-tasks --osworld "$$file" "$$@"' bench-osworld $(ARGS)

image: packages ## build the guest images that are missing or old
	@$(engine) Scripts/images.sh all

vm: ## build the image of virtual machines for QEMU, if it is missing or old, and boot it
	@Scripts/packages.sh vm
	@$(engine) Scripts/images.sh vm

doctor: ## what this machine has, what it lacks, and how to get it
	@Scripts/doctor.sh

docs: packages ## the documentation of all libraries, as one web site in .build/docs
	@GODHAND_DOCS=1 $(SWIFT) package --allow-writing-to-directory .build/docs generate-documentation \
	    --enable-experimental-combined-documentation $(addprefix --target ,$(products)) \
	    --output-path .build/docs --warnings-as-errors
	@echo "To read it: python3 -m http.server -d .build/docs 8000, then http://localhost:8000/documentation/"

format: ## put all Swift files in the house's format
	@$(SWIFT) format --in-place --recursive --parallel $(existing)

lint: ## complain about what `make format` would change, and about shell scripts
	@$(SWIFT) format lint --strict --recursive --parallel $(existing)
	@if command -v shellcheck >/dev/null; then shellcheck -x Scripts/*.sh Images/guest/build.sh Images/vm/*/build.sh Images/*/lib/* Images/*/build/* Images/*/bin/* Images/desktop/comeback.d/*; fi

clean: ## remove what was built here; images stay
	@rm -rf .build Examples/.build Examples/Services/.build Benchmarks/.build

packages:
	@Scripts/packages.sh
