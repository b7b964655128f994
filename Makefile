# resync: `make demo` and `make test` do all their set-up.
SHELL := /bin/bash
SWIFT ?= swift
PACKAGES := libcsv-dev libpq-dev libarchive-dev libutf8proc-dev libxxhash-dev postgresql pgbouncer
# A browser for the tests of the report's page (10 s to install). Ubuntu has it as a snap only: there they are skipped.
PACKAGES += $(shell grep -qx 'ID=debian' /etc/os-release && echo chromium)
RESYNC := .build/release/resync
TOOLCHAIN = $(dir $(realpath $(shell command -v $(SWIFT))))..

# The one static binary that is installed. BUILD_STATIC=static builds it in half the time, without a profile; BUILD_STATIC=
# takes STATIC as it is, which then must be given.
BUILD_STATIC ?= $(if $(PROFILER),guided,static)
STATIC = .build/$(BUILD_STATIC)/release/resync
# The library of a program that counts; a toolchain without it builds without a profile.
PROFILER = $(firstword $(wildcard $(TOOLCHAIN)/lib/clang/*/lib/linux/libclang_rt.profile-$(shell uname -m).a))
TRAINING := $(CURDIR)/.build/training
PREFIX ?= /usr/local
DESTDIR ?=
STAGES := extract normalize map conflict-resolve load
VERSION := $(shell sed -n 's/^ *version: "\(.*\)",/\1/p' Sources/CommandLineTool/ResyncCommand.swift)
DEB_ROOT := .build/deb
# Of the package, by dpkg-deb; the tests want none.
COMPRESSION ?= xz
DEB = .build/resync_$(VERSION)_$(shell dpkg --print-architecture).deb

.PHONY: setup build test demo bench bench-micro format lint clean static guided install deb fuzz tsan

# Installs the C libraries, and what the tests need, where they are missing (Debian and Ubuntu).
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

# Thousands of small files, each of them synced, take a fifth of the tests' time on a disk: where memory has room for 4 GB
# of them they lie there.
TEST_FOLDER := $(shell [ "$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ] 2>/dev/null \
  && [ "$$(awk '/^MemAvailable/ {print $$2}' /proc/meminfo)" -gt 8000000 ] && echo /dev/shm || echo $${TMPDIR:-/tmp})
# TEST_BUILD is further options for the build of the tests.
TEST_BUILD ?=
test: export RESYNC_STATIC_SWIFT = $(if $(wildcard $(TOOLCHAIN)/lib/swift_static/linux/libFoundation.a),1)
test: setup
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error $(TEST_BUILD)
	@folder=$$(mktemp -d $(TEST_FOLDER)/resync-tests-XXXXXX) && chmod 711 $$folder && trap "rm -rf $$folder" EXIT && \
	TMPDIR=$$folder $(SWIFT) test --skip-build --disable-xctest --parallel

# Measures a whole run, each stage, and growth, against DuckDB, Polars and libcsv; prints tables in Markdown. ROWS companies
# a side; SCALE=10000000 a further, larger size (40 GB); DATABASE=postgresql://… staging and sources in PostgreSQL; BENCH keeps the data.
ROWS ?= 1000000
ROUNDS ?= 5
BENCH ?= .build/bench
RESYNC_SHARED ?= ../shared
bench: $(BUILD_STATIC)
	@mkdir -p $(BENCH)
	@$(CC) -O2 -Wall -Wextra -o $(BENCH)/libcsv_alone Tests/Benchmarks/libcsv_alone.c -lcsv
	@python3 Tests/Benchmarks/bench.py $(STATIC) $(BENCH)/libcsv_alone $(BENCH) --rows $(ROWS) --rounds $(ROUNDS) \
	  --shared "$(RESYNC_SHARED)" $(if $(SCALE),--scale $(SCALE)) $(if $(DATABASE),--database "$(DATABASE)")

# The hot loops one by one; FILTER is a regular expression of names.
bench-micro: setup
	$(SWIFT) run -c release --package-path Tests/Benchmarks/Micro --scratch-path .build/micro Micro $(if $(FILTER),--filter "$(FILTER)")

# One binary with Swift's libraries in it.
static: setup
	$(SWIFT) build -c release --static-swift-stdlib --product resync --scratch-path .build/static \
	  --explicit-target-dependency-import-check error

# The same, compiled with what a run of each pipeline has shown: which way branches go, and what is called often. A night takes
# 0.93 of the processor time of `make build`. It is built twice: first a program that counts, which then runs. The C files have
# no profile: what another processor runs would be taken for seldom run, and compiled for size.
guided: setup
	@[ -n "$(PROFILER)" ] || { echo "this Swift toolchain has no library for profiles: BUILD_STATIC=static does without"; exit 1; }
	$(SWIFT) build -c release --product resync --scratch-path .build/counting \
	  -Xswiftc -Xfrontend -Xswiftc -ir-profile-generate -Xlinker -u__llvm_profile_runtime -Xlinker $(PROFILER)
	rm -rf $(TRAINING)
	LLVM_PROFILE_FILE=$(TRAINING)/%p.profraw Tests/Benchmarks/train.sh .build/counting/release/resync $(TRAINING)/data
	$(TOOLCHAIN)/bin/llvm-profdata merge -o $(TRAINING)/resync.profdata $(TRAINING)/*.profraw
	$(SWIFT) build -c release --static-swift-stdlib --product resync --scratch-path .build/guided \
	  --explicit-target-dependency-import-check error -Xswiftc -Xfrontend -Xswiftc -ir-profile-use=$(TRAINING)/resync.profdata

# The program, a link for each stage, the man page, and completions for bash, zsh and fish.
install: $(BUILD_STATIC)
	@set -e; root="$(DESTDIR)$(PREFIX)"; \
	install -d "$$root/bin" "$$root/share/man/man1" "$$root/share/bash-completion/completions" \
	  "$$root/share/zsh/site-functions" "$$root/share/fish/vendor_completions.d"; \
	install -m 755 -s "$(STATIC)" "$$root/bin/resync"; \
	for stage in $(STAGES); do ln -sf resync "$$root/bin/resync-$$stage"; done; \
	gzip -9nc Sources/resync/resync.1 > "$$root/share/man/man1/resync.1.gz"; \
	"$(STATIC)" --generate-completion-script bash > "$$root/share/bash-completion/completions/resync"; \
	"$(STATIC)" --generate-completion-script zsh > "$$root/share/zsh/site-functions/_resync"; \
	"$(STATIC)" --generate-completion-script fish > "$$root/share/fish/vendor_completions.d/resync.fish"; \
	echo "installed $$root/bin/resync $(VERSION); it still links:" $$(objdump -p "$$root/bin/resync" | awk '/NEEDED/ {print $$2}')

# A Debian package, which depends on the packages of the libraries that the binary links.
deb: $(BUILD_STATIC)
	@set -e; rm -rf $(DEB_ROOT); \
	$(MAKE) -s install BUILD_STATIC= STATIC="$(STATIC)" DESTDIR=$(DEB_ROOT) PREFIX=/usr; \
	depends=$$(objdump -p $(DEB_ROOT)/usr/bin/resync | awk '/NEEDED/ {print $$2}' \
	  | while read -r library; do dpkg -S "*/$$library" 2>/dev/null | head -n 1 | cut -d: -f1; done | sort -u | paste -sd, | sed 's/,/, /g'); \
	install -d $(DEB_ROOT)/DEBIAN; \
	printf '%s\n' "Package: resync" "Version: $(VERSION)" "Architecture: $$(dpkg --print-architecture)" \
	  "Maintainer: resync <resync@localhost>" "Section: database" "Priority: optional" "Depends: $$depends" \
	  "Installed-Size: $$(du -sk --exclude=DEBIAN $(DEB_ROOT) | cut -f1)" \
	  "Description: puts HubSpot and Salesforce back in step" \
	  " Reads full exports of both, decides every cell by its sync rule, and writes" \
	  " the files that bring each side up to date." > $(DEB_ROOT)/DEBIAN/control; \
	dpkg-deb --root-owner-group -Z$(COMPRESSION) --build $(DEB_ROOT) "$(DEB)"

# Lets the fuzzer try TARGET (csv, values, pipeline, mappings, metadata; all: as many at once as there are cores) for SECONDS
# each; what breaks it stays in .build/fuzz. CONFIGURATION=debug builds in half the time, and tries a third to four fifths as much.
TARGET ?= all
SECONDS ?= 60
CONFIGURATION ?= release
FUZZ_TARGETS = $(if $(filter all,$(TARGET)),csv values pipeline mappings metadata,$(TARGET))
FUZZER = $(firstword $(wildcard $(TOOLCHAIN)/lib/clang/*/lib/linux/libclang_rt.fuzzer_no_main-*.a))
fuzz: setup
	@[ -n "$(FUZZER)" ] || { echo "this Swift toolchain has no libFuzzer"; exit 1; }
	RESYNC_FUZZER_LIBRARY=$(FUZZER) $(SWIFT) build -c $(CONFIGURATION) --scratch-path .build/fuzz --product resync-fuzz
	@printf '%s\n' $(FUZZ_TARGETS) | xargs -P "$$(nproc)" -n 1 bash -c '\
	  target=$$0; log=.build/fuzz/$$target.log; mkdir -p .build/fuzz/corpus-$$target; \
	  RESYNC_FUZZ_TARGET=$$target ASAN_OPTIONS=detect_leaks=0 .build/fuzz/$(CONFIGURATION)/resync-fuzz -max_total_time=$(SECONDS) \
	    -max_len=4096 -timeout=20 -artifact_prefix=.build/fuzz/broken-$$target- \
	    .build/fuzz/corpus-$$target Tests/FuzzTargets/Corpus/$$target > $$log 2>&1 || { tail -n 50 $$log; exit 1; }; \
	  echo "$$target: $$(grep -a ^Done $$log)"'

# The tests of the parts that work side by side, watched by the thread sanitizer.
tsan: export RESYNC_DEBUG = 1
tsan: setup
	$(SWIFT) build --build-tests --sanitize thread --scratch-path .build/tsan
	TSAN_OPTIONS=halt_on_error=1 $(SWIFT) test --skip-build --disable-xctest --sanitize thread --scratch-path .build/tsan \
	  --filter "SameBytesTests|StageTests|ActivityRunTests|PostgresSharingTests|FileIndexerTests|ErrandTests|InOrderTests|PairingPropertyTests"

format:
	$(SWIFT) format --in-place --recursive Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

clean:
	rm -rf .build .resync out
