# netlat: build, test, install.  Plain GNU make, one makefile, no configure.
#
#   make              build build/netlat and the tools beside it
#   make demo         install what is missing, build, analyse a sample capture
#   make test         install what is missing, build, run every test
#   make top-bytes    octets netlat top sends to its terminal (minutes)
#   make golden       write the screens anew that tests compare with
#   make bench        paired timings against other readers (minutes)
#   make oracle       value by value against tshark and tcptrace (minutes)
#   make lab          real kernels, faults, ground truth: score table (root)
#   make probe-trials  netlat probe in many known networks, beside mtr (root)
#   make load         packets a second beside tcpdump -w, and their cost (root)
#   make soak         captures killed, stopped, starved for SECS seconds (root)
#   make corpus       every public capture, cut and damaged (minutes)
#   make asan         unit tests under Address and UB sanitizers
#   make fuzz         every fuzz target for SECS seconds (needs clang)
#   make lint         clang-tidy, man pages;  make format  clang-format
#   make install      PREFIX=/usr/local DESTDIR=
#   make V=1          show the commands;  MODE=debug|asan  other flavours

MODE    ?= release
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0

# All processors, unless told otherwise; a sub-make shares its parent's.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
  MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif

# One line a flavour; each has its own directory, so objects never mix.
# Of debug information only lines, for backtraces: all of it is slow to make.
FLAGS.release := -O2 -g1 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
FLAGS.debug   := -O0 -g3
FLAGS.asan    := -O1 -g -fsanitize=address,undefined \
                 -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS.fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
                 -fno-sanitize-recover=all -fno-omit-frame-pointer
ifeq ($(FLAGS.$(MODE)),)
  $(error MODE=$(MODE): expected release, debug, asan or fuzz)
endif
O := build/$(MODE)

WARN   := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
          -Werror
HARDEN := -fstack-protector-strong -fPIE -D_GLIBCXX_ASSERTIONS
ifneq ($(filter x86_64 i%86,$(shell uname -m)),)
  HARDEN += -fcf-protection
endif
LIBS   := libpcap fmt zlib libzstd liblz4 libmd re2 nlohmann_json libseccomp \
          libcap-ng libcares cpp-httplib snappy
# Their headers need no flags, and the flags they ask for would be everyone's.
BARE   := simdjson ncursesw libmaxminddb
PKG_CFLAGS := $(shell pkg-config --cflags $(LIBS) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(LIBS) $(BARE) 2>/dev/null)
CXX_ALL = $(CXX) -std=c++20 $(FLAGS.$(MODE)) $(WARN) $(HARDEN) -Iinclude -I. \
          -DNETLAT_VERSION='"$(VERSION)"' $(PKG_CFLAGS) $(CXXFLAGS) -MMD -MP
LINK    = $(CXX) $(FLAGS.$(MODE)) -pie -Wl,-z,relro,-z,now,--as-needed \
          $(LDFLAGS)

ROOMS     := base source packet flow zone measure probe flowlog report \
             publish term
LIB_SRC   := $(sort $(wildcard $(ROOMS:%=lib/%/*.cc)))
TOOLS     := $(patsubst tools/%/main.cc,%,$(sort $(wildcard tools/*/main.cc)))
# What the tools share: the manners of their command lines.
TOOL_SRC  := $(sort $(wildcard tools/common/*.cc))
# Run by other tools, not by people.
INNER     := opener
UNIT_SRC  := $(sort $(wildcard tests/unit/*.cc tests/support/*.cc))
HEADERS   := $(sort $(wildcard include/netlat/*/*.h))
obj        = $(1:%.cc=$O/%.o)
LIB       := $O/libnetlat.a
# The programs of the test network: tests/lab/NAME/main.cc becomes lab-NAME.
LAB       := $(patsubst tests/lab/%/main.cc,%,$(wildcard tests/lab/*/main.cc))
LAB_LIBS  := $(shell pkg-config --libs fmt libssl libcrypto 2>/dev/null)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all demo test unit golden top-bytes bench oracle corpus asan fuzz format lint \
        layers headers install clean soak load deps-build deps-test tools lab \
        lab-programs probe-trials

# The tools link into build/ whatever the flavour of their objects is named.
BIN := $(if $(filter release,$(MODE)),build,$O)
binary = $(BIN)/netlat$(if $(filter netlat,$(1)),,-$(1))

ifneq ($(V),1)
  say = @printf '  %-6s %s\n' $(1) $(2);
endif

all: tools
tools: $(foreach t,$(TOOLS),$(call binary,$t))

define tool_rule
$(call binary,$(1)): $(call obj,$(sort $(wildcard tools/$(1)/*.cc))) \
    $O/libtools.a $(LIB)
	@mkdir -p $$(@D)
	$$(call say,LD,$$@) $$(LINK) -o $$@ $$^ $$(PKG_LIBS)
endef
$(foreach t,$(TOOLS),$(eval $(call tool_rule,$t)))

# The program that starts the others uses no C++ library but the standard one,
# which takes a millisecond to load unless linked in (where there is an archive
# of it, and no sanitizer).
RUNTIME.release := $(if $(filter /%,$(shell $(CXX) \
  -print-file-name=libstdc++.a)),-static-libstdc++ -static-libgcc)
$(call binary,netlat): LINK += $(RUNTIME.$(MODE))

$O/libtools.a: $(call obj,$(TOOL_SRC))
$(LIB): $(call obj,$(LIB_SRC))
$(LIB) $O/libtools.a:
	$(call say,AR,$@) rm -f $@; $(AR) crs $@ $^

# One of its tests captures from interfaces, which the opener opens.
$O/unit_test: $(call obj,$(UNIT_SRC)) $(LIB) | $(call binary,opener)
	$(call say,LD,$@) $(LINK) -o $@ $^ $(PKG_LIBS) -ltins \
	  -lgtest -lgtest_main -lpthread

$O/many_flows: $(call obj,tests/bench/many_flows.cc) $(LIB)
	$(call say,LD,$@) $(LINK) -o $@ $^ $(PKG_LIBS)
$O/load_sender: $(call obj,tests/bench/load_sender.cc) $(LIB)
	$(call say,LD,$@) $(LINK) -o $@ $^ $(PKG_LIBS)
$O/zone_lookup: $(call obj,tests/bench/zone_lookup.cc) $(LIB)
	$(call say,LD,$@) $(LINK) -o $@ $^ $(PKG_LIBS)
$O/pcap_loop: $(call obj,tests/bench/pcap_loop.cc)
	$(call say,LD,$@) $(LINK) -o $@ $^ $(shell pkg-config --libs libpcap)

# Fast enough, and sooner compiled.
$O/tests/unit/%.o $O/tests/support/%.o $O/tools/%/options.o: \
  FLAGS.release += -O1

$O/%.o: %.cc Makefile
	@mkdir -p $(@D)
	$(call say,CXX,$<) $(CXX_ALL) -c -o $@ $<

$O/liblab.a: $(call obj,$(wildcard tests/lab/common/*.cc))
	$(call say,AR,$@) rm -f $@; $(AR) crs $@ $^
define lab_rule
$O/lab-$(1): $(call obj,$(sort $(wildcard tests/lab/$(1)/*.cc))) $O/liblab.a
	@mkdir -p $$(@D)
	$$(call say,LD,$$@) $$(LINK) -o $$@ $$^ $$(LAB_LIBS) -lpthread
endef
$(foreach l,$(LAB),$(eval $(call lab_rule,$l)))

lab-programs: $(LAB:%=$O/lab-%)

deps-build: ; @.ci/deps build
deps-test: ; @.ci/deps test

# Packages first, then a fresh make that sees them through pkg-config.
demo: deps-build
	@$(MAKE) --no-print-directory all
	@echo; echo '$$ build/netlat analyze pcaps/demo.pcap.zst'; echo
	@build/netlat analyze pcaps/demo.pcap.zst

test: deps-test
	@$(MAKE) --no-print-directory all $O/unit_test $O/load_sender lab-programs \
	  layers headers
	@tests/run $O

unit: $O/unit_test
	$<

# The screens that tests compare with, and the manual's table of keys.
golden: $O/unit_test
	@NETLAT_GOLDEN=write $< --gtest_brief=1 \
	  --gtest_filter='*StoredScreens:TopManual.HasTheKeys*'

# Every public header compiles on its own.
headers: $(HEADERS:%.h=$O/%.h.ok)
$O/%.h.ok: %.h Makefile
	@mkdir -p $(@D)
	@printf '#include "%s"\n' $(<:include/%=%) | \
	  $(CXX_ALL) -MF $O/$<.d -MT $@ -x c++ -fsyntax-only - && touch $@

# Arrows between rooms run downward only.
layers:
	@tests/layers

# Octets a second that netlat top sends to its terminal, and others do.
top-bytes: all
	@tests/top/bytes

bench: all $O/many_flows $O/pcap_loop
	@tests/bench/run $O
# make lab S=tail_loss: one scenario;  GROUP=acceptance|incidents: one group.
lab: deps-test
	@$(MAKE) --no-print-directory all lab-programs
	@tests/lab/run $(if $(GROUP),--group $(GROUP)) $(S)
probe-trials: deps-test
	@$(MAKE) --no-print-directory all lab-programs
	@tests/probe/trials $O $(PART)
load: all $O/load_sender
	@tests/bench/load $O $(FLOWS)
soak: all lab-programs $O/load_sender
	@tests/capture/soak $O $(SECS)
oracle: all
	@tests/oracle/run
corpus: all
	@tests/corpus/run

asan:
	@$(MAKE) --no-print-directory MODE=asan all build/asan/unit_test
	build/asan/unit_test

# Coverage-guided; make fuzz T=decode SECS=600 runs one target longer.
FUZZ := $(patsubst tests/fuzz/%_fuzz.cc,%,$(wildcard tests/fuzz/*_fuzz.cc))
T    ?= $(FUZZ)
SECS ?= 30
fuzz:
	@$(MAKE) --no-print-directory MODE=fuzz CXX=clang++ $(T:%=build/fuzz/%)
	@for t in $(T); do \
	  echo "  FUZZ   $$t"; mkdir -p build/fuzz/corpus-$$t; \
	  seeds=$$(ls -d tests/fuzz/seeds-$$t 2>/dev/null); \
	  build/fuzz/$$t -max_total_time=$(SECS) -timeout=2 \
	    -rss_limit_mb=2048 build/fuzz/corpus-$$t $$seeds \
	    >build/fuzz/$$t.log 2>&1 || { tail -40 build/fuzz/$$t.log; exit 1; }; \
	  tail -1 build/fuzz/$$t.log; done
build/fuzz/%: $O/tests/fuzz/%_fuzz.o $(LIB)
	$(call say,LD,$@) $(LINK) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)

format:
	clang-format -i $$(git ls-files '*.cc' '*.h')
lint:
	clang-format --dry-run -Werror $$(git ls-files '*.cc' '*.h')
	clang-tidy --quiet $(LIB_SRC) $(wildcard tools/*/*.cc) -- -std=c++20 \
	  -Iinclude -I. -DNETLAT_VERSION='"$(VERSION)"' $(PKG_CFLAGS)
	mandoc -T lint -W warning man/*.[1-8]

install: all
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(foreach t,$(filter-out $(INNER),$(TOOLS)),\
	  $(call binary,$t)) $(DESTDIR)$(PREFIX)/bin
	install -d $(DESTDIR)$(PREFIX)/libexec/netlat
	install -m 755 $(foreach t,$(INNER),$(call binary,$t)) \
	  $(DESTDIR)$(PREFIX)/libexec/netlat
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -d $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5
	install -d $(DESTDIR)$(PREFIX)/share/man/man7
	install -m 644 man/*.7 $(DESTDIR)$(PREFIX)/share/man/man7
	install -d $(DESTDIR)$(PREFIX)/share/netlat
	install -m 644 tools/capture/share/* $(DESTDIR)$(PREFIX)/share/netlat

clean:
	rm -rf build

-include $(shell find build -name '*.d' 2>/dev/null)
