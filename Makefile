# make run        install what is missing, build, and train a model
# make test       the same, and run the test suite
# make papers     do the short form of every paper's experiments, and compare with what it says
# make install    put program, plugins, header and ICLKit under PREFIX (/usr/local)
# make conformance   try every plugin that comes along, as icl-host validate does
# make lint       check the format of all sources
# make manifests  write Registry/plugins again from the built plugins
# make readers    install the Python packages that tests read files with into .build/readers
# make clean      remove what was built

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

HOST := .build/release/icl-host
STAMP := .build/release.stamp
SOURCES := Package.swift $(shell find Sources Plugins -type f -not -name '*.md')

# What is needed, as command:package of Debian. Some are found by pkg-config, or as a library.
BUILD_NEEDS := pkg-config:pkg-config libffi:libffi-dev sqlite3:libsqlite3-dev
TEST_NEEDS := gcc:gcc g++:g++ clang++:clang cargo:cargo abidiff:abigail-tools python3:python3 \
  libgsl.so.27:libgsl27 liblapack.so.3:liblapack3 libnlopt.so.0:libnlopt0 \
  libminpack.so.1:libminpack1

# A Python with the public readers of what a run leaves, for tests.
READERS := .build/readers/bin/python
READER_PACKAGES := Tests/InteroperationTests/Readers/requirements.txt

# Installs the packages whose commands are missing; asks for nothing where all are there.
define install
command -v swift >/dev/null || { echo "Swift is missing: see https://www.swift.org/install"; exit 1; }; \
packages=; \
for need in $(1); do \
  name=$${need%%:*}; \
  command -v $$name >/dev/null || pkg-config --exists $$name 2>/dev/null || \
    /sbin/ldconfig -p 2>/dev/null | grep -F "$$name " >/dev/null || \
    packages="$$packages $${need##*:}"; \
done; \
if [ -n "$$packages" ]; then \
  command -v apt-get >/dev/null || { echo "Please install:$$packages"; exit 1; }; \
  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
  $$sudo apt-get update -q && \
    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$packages; \
fi
endef


# The names in Package.swift's table of plugins, in its order.
PLUGINS := $(shell sed -n '/^let plugins/,/^]/s/.*name: "\([^"]*\)".*/\1/p' Package.swift)

PREFIX ?= /usr/local
PRODUCTS ?= .build/release
ABI_VERSION := $(shell awk '/define ICL_ABI_M/ {gsub("u", "", $$3); v = v $$3 "."} END {print v "0"}' Sources/CICL/include/icl/icl.h)

.PHONY: help run test papers conformance install readers lint manifests clean

help:
	@sed -n 's/^# //p' Makefile | head -9

run: $(STAMP)
	@$(HOST) --model linear-attention --task ridge

test:
	@$(call install,$(BUILD_NEEDS) $(TEST_NEEDS))
	@$(MAKE) --no-print-directory readers
	swift build -c release
	ICL_READERS=$(CURDIR)/$(READERS) swift test -c release --disable-testable-imports

# PRODUCTS is where they were built; DESTDIR stands before PREFIX, for packages.
install: to = $(DESTDIR)$(PREFIX)
install: $(if $(filter .build/release,$(PRODUCTS)),$(STAMP))
	install -d $(addprefix $(to)/,bin include/icl lib/icl-host lib/pkgconfig lib/cmake/icl)
	install -m 755 $(PRODUCTS)/icl-host $(to)/bin
	install -m 755 $(wildcard $(PRODUCTS)/lib*.so) $(PRODUCTS)/icl-worker $(to)/lib/icl-host
	install -m 644 Sources/CICL/include/icl/icl.h $(to)/include/icl
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(ABI_VERSION)|' Registry/abi/icl.pc.in \
	  > $(to)/lib/pkgconfig/icl.pc
	install -m 644 Registry/abi/icl-config.cmake $(to)/lib/cmake/icl
	rm -rf $(to)/share/icl-host
	install -d $(to)/share/icl-host/swift
	cp -R Registry/papers Registry/plugins Registry/templates $(to)/share/icl-host
	cp -R Plugins/Foreign $(to)/share/icl-host/foreign
	cp -R Sources/CICL Sources/ICLKit $(to)/share/icl-host/swift

# Every one is done, also where another does not hold; what does not hold fails at the end.
PAPERS ?= $(notdir $(patsubst %/paper.yaml,%,$(wildcard Registry/papers/*/paper.yaml)))

papers: $(STAMP)
	@failed=; \
	for paper in $(PAPERS); do \
	  $(HOST) reproduce $$paper --quick || failed="$$failed $$paper"; \
	done; \
	[ -z "$$failed" ] || { echo "Not all checks hold:$$failed"; exit 1; }

conformance: $(STAMP)
	@failed=; \
	for name in $(PLUGINS); do \
	  $(HOST) validate .build/release/lib$$name.so || failed="$$failed $$name"; \
	done; \
	[ -z "$$failed" ] || { echo "These do not pass:$$failed"; exit 1; }

readers: .build/readers/complete

# Debian has the module that makes environments in a package of its own.
.build/readers/complete: $(READER_PACKAGES)
	@python3 -c 'import ensurepip' 2>/dev/null || { $(call install,python3-venv:python3-venv); }
	rm -rf .build/readers
	python3 -m venv .build/readers
	$(READERS) -m pip install --quiet --disable-pip-version-check -r $(READER_PACKAGES)
	@touch $@

lint:
	swift format lint --strict --recursive Package.swift Sources Plugins Tests

manifests: $(STAMP)
	rm -f Registry/plugins/*.json
	$(HOST) registry manifest --out Registry/plugins \
	  $(PLUGINS:%=.build/release/lib%.so)

clean:
	rm -rf .build

$(STAMP): $(SOURCES) Makefile
	@$(call install,$(BUILD_NEEDS))
	swift build -c release
	@touch $@
