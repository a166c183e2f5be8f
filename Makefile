# make             both programs, in build/
# make rehearsal   a whole practice ceremony against an emulator, with a story
# make check       all tests, with both compilers and the sanitizers
# make unit cli peers   the parts of it
# make asan        unit and command-line tests under the sanitizers
# make fuzz MINUTES=n   every fuzzer, n minutes each
# make lint        formatting, static checks, the dependency rule, man pages
# make bench       what it costs, as ratios within one run
# make install     PREFIX and DESTDIR are honoured

CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
BUILD ?= build
PKG_CONFIG ?= pkg-config
MINUTES ?= 2
JOBS ?= $(shell nproc)

# V=1 shows the commands.
Q := $(if $(V),,@)

# What the code needs to compile at all; CFLAGS stays the user's.
std := -std=c17 -D_GNU_SOURCE -DOPENSSL_NO_DEPRECATED -MMD -MP
warn := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wformat=2 -Wvla \
	-Wcast-qual -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
	-Wframe-larger-than=32768 -Werror
hard := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE \
	-ffile-prefix-map=$(CURDIR)/=

# Who may use what: offline -> bundle-format <- online, and common for all.
# A folder's headers are found only by the rows that name it. Libraries lie
# where every compiler looks; tests/dependency-rule.sh says who includes them.
folders := common bundle-format bundle-format/verbs offline online
common_uses :=
common_pkgs := libcrypto libcjson
bundle-format_uses := common
bundle-format_pkgs := libcrypto zlib
bundle-format/verbs_uses := common bundle-format
bundle-format/verbs_pkgs := libcrypto
offline_uses := common bundle-format bundle-format/verbs
offline_pkgs := libcrypto libseccomp
online_uses := common bundle-format bundle-format/verbs
online_pkgs := libcrypto libcurl
tests/unit_uses := common bundle-format bundle-format/verbs offline online
tests/unit_pkgs := libcrypto libcjson zlib libcurl libseccomp cmocka
tests/fuzz_uses := $(tests/unit_uses)
tests/fuzz_pkgs := $(tests/unit_pkgs)
tests/bench_uses := $(tests/unit_uses)
tests/bench_pkgs := libcrypto

folder = $(patsubst %/,%,$(dir $<))
cflags = $(addprefix -I,$($(folder)_uses)) \
	$(shell $(PKG_CONFIG) --cflags $($(folder)_pkgs))
libs = $(shell $(PKG_CONFIG) --libs $(sort $(foreach f,$(1),$($(f)_pkgs))))
objs = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(addsuffix /*.c,$(1))))
link = $(CC) $(CFLAGS) $(LDFLAGS) -pie -Wl,-z,relro,-z,now,-z,noexecstack

both := common bundle-format bundle-format/verbs
offline_objs := $(call objs,$(both) offline)
online_objs := $(call objs,$(both) online)
tested := $(filter-out %/main.o,$(call objs,$(folders)))
unit := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
fuzzers := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
programs := $(BUILD)/gapseal-offline $(BUILD)/gapseal-online

all: $(programs)

$(BUILD)/gapseal-offline: $(offline_objs)
	$(Q)$(link) -o $@ $^ $(call libs,$(both) offline)

$(BUILD)/gapseal-online: $(online_objs)
	$(Q)$(link) -o $@ $^ $(call libs,$(both) online)

$(unit): $(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(tested)
	$(Q)$(link) -o $@ $^ $(call libs,tests/unit)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(std) $(warn) $(hard) $(cflags) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# The fuzzers are clang's, with every object of the tree instrumented.
fuzz_flags := -O1 -g -fno-omit-frame-pointer \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
	-Wno-frame-larger-than
$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(tested)
	@mkdir -p $(@D)
	$(Q)$(link) -fsanitize=fuzzer,address,undefined -o $@ $^ \
	    $(call libs,tests/fuzz)

fuzzers: $(addprefix $(BUILD)/fuzz/,$(fuzzers))

# Both compilers, the sanitizers, the tests; the last line is the count.
# Red zones make frames larger than the code's own.
sanitize := -O1 -g -U_FORTIFY_SOURCE -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-Wno-frame-larger-than
builds:
	@$(MAKE) -j$(JOBS) --no-print-directory all $(unit)
	@$(MAKE) -j$(JOBS) --no-print-directory BUILD=build-clang CC=clang all
	@$(MAKE) -j$(JOBS) --no-print-directory BUILD=build-fuzz CC=clang \
	    CFLAGS="$(fuzz_flags)" fuzzers
	@$(MAKE) -j$(JOBS) --no-print-directory BUILD=build-asan \
	    CFLAGS="$(sanitize)" LDFLAGS=-fsanitize=address,undefined \
	    all build-asan-unit

build-asan-unit: $(unit)

check: builds
	@tests/check.bash

unit: all $(unit)
	@tests/run.bash $(BUILD) unit

cli: all
	@tests/run.bash $(BUILD) cli

peers: all
	@tests/run.bash $(BUILD) peers

asan:
	@$(MAKE) --no-print-directory BUILD=build-asan \
	    CFLAGS="$(sanitize)" LDFLAGS=-fsanitize=address,undefined \
	    all build-asan-unit
	@tests/run.bash build-asan unit cli

fuzz:
	@$(MAKE) --no-print-directory BUILD=build-fuzz CC=clang \
	    CFLAGS="$(fuzz_flags)" fuzzers
	@SECONDS_EACH=$$((60 * $(MINUTES))) tests/run.bash build-fuzz fuzz

lint: all
	@tests/lint.bash $(BUILD)

$(BUILD)/bench/rates: $(BUILD)/tests/bench/rates.o $(call objs,$(both)) \
    $(filter-out %/main.o,$(call objs,offline))
	@mkdir -p $(@D)
	$(Q)$(link) -o $@ $^ $(call libs,$(both) offline)

$(BUILD)/bench/spend: $(BUILD)/tests/bench/spend.o
	@mkdir -p $(@D)
	$(Q)$(link) -o $@ $^

bench: all $(BUILD)/bench/rates $(BUILD)/bench/spend
	@tests/bench/run.bash $(BUILD)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	    $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
	    $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install $(programs) $(DESTDIR)$(PREFIX)/bin
	install -m 644 docs/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	for p in gapseal-offline gapseal-online; do \
	    share=$(DESTDIR)$(PREFIX)/share; \
	    $(BUILD)/$$p completion bash \
	        >$$share/bash-completion/completions/$$p && \
	    $(BUILD)/$$p completion zsh \
	        >$$share/zsh/site-functions/_$$p && \
	    $(BUILD)/$$p completion fish \
	        >$$share/fish/vendor_completions.d/$$p.fish || exit 1; \
	done

rehearsal: all
	@tests/rehearsal/rehearsal.sh

clean:
	rm -rf build build-*

.PHONY: all asan bench build-asan-unit builds check clean cli fuzz fuzzers \
	install lint peers rehearsal unit
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
