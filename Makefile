# SPDX-License-Identifier: Apache-2.0
# The way in for people and for CI. `make help` lists the targets.

.DEFAULT_GOAL := help
.PHONY: help deps build images manifests test test-full unit-test bench fuzz kernel-test e2e e2e-smoke lint demo vm cluster cluster-down fmt clean

# The kernel of `make vm`, `make bench`, `make cluster` and, where this machine's own cannot enforce, `make demo`.
KERNEL ?= 6.12
# The container runtime of `make cluster`.
RUNTIME ?= runc
# The kernels of `make test`; /full boots one with preempt=full. 7.3 is nearly that by itself, and 6.1 then shows what it does
# not show otherwise: lookups that do not find what is there.
KERNELS ?= 6.1/full 6.12 7.3

# The clusters of `make e2e`, each KERNEL/RUNTIME; the nodes have crun beside their default.
CLUSTERS ?= 6.1/runc 6.12/newest
# The cluster of `make test`; empty for none.
SMOKE ?= 6.12/runc
# How many virtual machines run at a time.
MACHINES ?= 2

# How long `make fuzz` looks, in seconds.
FUZZ_SECONDS ?= 600

MVN = JAVA_HOME="$$(e2e/find-jdk)" mvn -B -ntp

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

deps: ## install what is missing (Debian packages; needs root)
	@e2e/find-jdk >/dev/null
	@e2e/install-dependencies

build: deps ## compile and package everything
	@$(MVN) -q -DskipTests verify
	@e2e/make-class-cache

images: build ## container images of operator and enforcer, to deploy/target/*.tar
	@deploy/images

manifests: deps ## write the generated definitions of the chart, and deploy/portcullis.yaml, anew
	@$(MVN) -q -pl crds,deploy test -Dtest='CrdYamlTest,ManifestTest' -Dportcullis.update

test: deps ## all tests: unit tests here, kernel tests in a VM for each of KERNELS, a look at the cluster SMOKE, the demo
	$(MAKE) --no-print-directory lint unit-test
	$(MAKE) --no-print-directory -k -j $(MACHINES) --output-sync=target $(if $(SMOKE),e2e-smoke) $(KERNELS:%=kernel-test/%)
	e2e/demo

test-full: ## the tests in their full form: each kernel as it is and with preempt=full, 100,000 differential pairs; takes hours
	DIFFERENTIAL_PAIRS=100000 $(MAKE) --no-print-directory test KERNELS="6.1 6.1/full 6.12 6.12/full 7.3 7.3/full"

unit-test: deps ## the tests that need no kernel of their own
	@$(MVN) verify -Dfuzz.skip=false
	@e2e/make-class-cache

fuzz: deps ## feed the policy parser and compiler with what breaks them (FUZZ_SECONDS=600); findings become test inputs
	@$(MVN) -pl policy -am test -Dtest='*FuzzTest' -Dsurefire.failIfNoSpecifiedTests=false -Dfuzz.skip=false -Dfuzz.seconds=$(FUZZ_SECONDS)

bench: build ## measure compiler and table on the corpus, and what operations cost on KERNEL, to target/bench/results.tsv
	@$(MVN) -q -pl crds,policy -Pbench process-test-classes
	@e2e/cost-bench $(KERNEL) target/bench/results.tsv

kernel-test: ## the tests on real kernels; needs `make build` or `make unit-test` before
	@$(MAKE) --no-print-directory -k -j $(MACHINES) --output-sync=target $(KERNELS:%=kernel-test/%)

kernel-test/%:
	@e2e/kernel-tests $*

e2e: images ## the tests on a Kubernetes cluster, one for each of CLUSTERS
	@$(MAKE) --no-print-directory -k -j $(MACHINES) --output-sync=target $(CLUSTERS:%=e2e-on/%)

e2e-on/%:
	@e2e/cluster-tests $*

# Without `build`, which unit-test has done.
e2e-smoke:
	@deploy/images
	@e2e/cluster-tests --smoke $(SMOKE)

lint: ## scripts, C style, licence lines and docs (Java's style is checked by the build)
	@shellcheck -x -P SCRIPTDIR $$(git ls-files | xargs grep -d skip -lE '^#!/bin/(ba)?sh' --)
	@$(MAKE) --no-print-directory -C bpf-lsm check-format
	@$(MAKE) --no-print-directory -C e2e/cluster/images check-format
	@$(MAKE) --no-print-directory -C e2e/bench check-format
	@e2e/check-licences
	@e2e/check-docs

demo: build ## show the main job: refusals, would-be refusals, and who is left alone
	@e2e/demo

vm: build ## a shell in a VM whose kernel can enforce (KERNEL=6.1|6.12|7.3)
	@e2e/vm/vm shell --kernel $(KERNEL)

cluster: deps ## a Kubernetes cluster of one node (KERNEL=6.1|6.12|7.3 RUNTIME=runc|crun|newest); `up` again is quick
	@e2e/cluster/cluster up --kernel $(KERNEL) --runtime $(RUNTIME)

cluster-down: ## take that cluster down
	@e2e/cluster/cluster down

fmt: deps ## format Java and C
	@$(MVN) -q spotless:apply
	@$(MAKE) --no-print-directory -C bpf-lsm format
	@$(MAKE) --no-print-directory -C e2e/cluster/images format

clean: ## delete what was built (`e2e/vm/vm clean` deletes the cached kernels)
	@rm -rf target */target
