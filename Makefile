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
# A folder sees only the headers and libraries that its row names.
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

clean:
	rm -rf build build-*

.PHONY: all clean
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
