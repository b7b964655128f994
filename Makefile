# resync: `make demo` and `make test` do all their set-up.
SHELL := /bin/bash
SWIFT ?= swift
PACKAGES := libcsv-dev libpq-dev libarchive-dev libutf8proc-dev libxxhash-dev
RESYNC := .build/release/resync

.PHONY: setup build test demo fuzz format lint clean

# Installs the C libraries where they are missing (Debian and Ubuntu).
setup:
	@command -v $(SWIFT) >/dev/null || { echo "Swift 6.2 or newer is needed: see swift.org/install"; exit 1; }
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  echo "installing$$missing"; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; fi

build: setup
	$(SWIFT) build -c release --explicit-target-dependency-import-check error

# On the sample data: two nights of companies, the second of which is three-way, and the nightly resync of all objects.
demo: build
	rm -rf .resync out
	$(RESYNC) run pipelines/companies.yaml --run night-1
	@echo
	$(RESYNC) run pipelines/companies-second-night.yaml --run night-2
	@echo
	@echo "changes of the second night (out/night-2/changes.csv):"
	@head -n 12 out/night-2/changes.csv
	@echo
	$(RESYNC) run pipelines/nightly-resync.yaml --run nightly

test: setup
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	$(SWIFT) test --skip-build --disable-xctest --parallel

# Lets the fuzzer try TARGET (csv, values, pipeline, mappings or metadata) for SECONDS; what breaks it stays in .build/fuzz.
TARGET ?= csv
SECONDS ?= 60
TOOLCHAIN = $(dir $(realpath $(shell command -v $(SWIFT))))..
FUZZER = $(firstword $(wildcard $(TOOLCHAIN)/lib/clang/*/lib/linux/libclang_rt.fuzzer_no_main-*.a))
fuzz: setup
	@[ -n "$(FUZZER)" ] || { echo "this Swift toolchain has no libFuzzer"; exit 1; }
	RESYNC_FUZZER_LIBRARY=$(FUZZER) $(SWIFT) build -c release --scratch-path .build/fuzz --product resync-fuzz
	mkdir -p .build/fuzz/corpus-$(TARGET)
	RESYNC_FUZZ_TARGET=$(TARGET) ASAN_OPTIONS=detect_leaks=0 .build/fuzz/release/resync-fuzz -max_total_time=$(SECONDS) \
	  -max_len=4096 -timeout=20 -artifact_prefix=.build/fuzz/broken-$(TARGET)- \
	  .build/fuzz/corpus-$(TARGET) Tests/FuzzTargets/Corpus/$(TARGET)

format:
	$(SWIFT) format --in-place --recursive Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

clean:
	rm -rf .build .resync out
