# A step that is killed anywhere is run again and finishes the job. No second
# KMS key, no second add-on, no import once this machine's journal holds an
# answer.
#
# A step is killed by strace as it enters a system call that changes
# something. EVERY=1 tries every such call, not one in a few.

source "$BATS_TEST_DIRNAME/../lib/peers.bash"
# shellcheck source=tests/lib/repeat.bash
source "$GAPSEAL_TOP/tests/lib/repeat.bash"
every=${EVERY:-8}

setup_file() {
	begin_repeat_file
}

setup() {
	another
}

teardown_file() {
	end_file
}

changing=write,fsync,rename,renameat2,unlink,ftruncate,sendto

# points COMMAND...: where it can be killed, "SYSCALL NUMBER" lines. What it
# tells the person is no such place.
points() {
	"$1" strace -qq -o "$CEREMONY/trace" -e trace="$changing" >/dev/null
	awk -F'[(,]' '{ n[$1]++ } !($1 == "write" && $2 == 2) {
	    print $1, n[$1] }' "$CEREMONY/trace"
}

# killed SYSCALL NUMBER STEP: run that step until then.
killed() {
	local status=0
	"$3" strace -qq -o /dev/null -e inject="$1:signal=KILL:when=$2" \
	    >"$CEREMONY/.killed" 2>&1 || status=$?
	((status != 0)) || {
		echo "$3 was not killed at $1 $2"
		return 1
	}
}

# killed_everywhere STEP BEFORE AFTER: from the state that BEFORE makes, STEP
# is killed, then run again; AFTER looks at what became of it.
killed_everywhere() {
	local step=$1 before=$2 after=$3 call number i=0 tried=0
	"$before"
	quietly points "$step"
	cp "$CEREMONY/.quiet" "$BATS_TEST_TMPDIR/points"
	while read -r call number <&9; do
		((++i % every == 0 || every == 1)) || continue
		another
		"$before"
		echo "$step killed at $call $number"
		killed "$call" "$number" "$step"
		between
		assert_ok "$step"
		"$after"
		tried=$((tried + 1))
	done 9<"$BATS_TEST_TMPDIR/points"
	((tried >= 5))
}

# What a test looks at after the kill.
between() {
	:
}

@test "request, killed anywhere, makes one key" {
	killed_everywhere request true finish_from_request
}

@test "seal, killed anywhere, seals once" {
	killed_everywhere seal a_request finish_from_seal
}

# After an answer of KMS is in the journal no other import is called. The line
# is the journal's once this machine remembers it, before it is in the file.
answered_before() {
	answered=0
	! grep -qs answered "$CEREMONY"/online/state/gapseal/journals/*.json \
	    "$(in_dir online)/journal-online.jsonl" || answered=1
	imports=$(calls ImportKeyMaterial)
}

import_follows_journal() {
	local more
	more=$(($(calls ImportKeyMaterial) - imports))
	assert_equal "$((1 - answered))" "$more"
	finish_from_import
}

@test "import, killed anywhere, imports by its journal" {
	between() { answered_before; }
	killed_everywhere import a_transfer import_follows_journal
}

# Every moment from the line that announces the call to the one that ends it.
@test "import, killed at each moment around its call" {
	local point found
	a_transfer
	quietly import strace -qq -o "$CEREMONY/trace" -s 300 \
	    -e trace="$changing"
	awk -F'[(,]' '{ n[$1]++ } /"begin/ || /\\"begin/ { on = 1 }
	    on && !($1 == "write" && $2 == 2) { print $1, n[$1] }
	    /"answered/ || /\\"answered/ { if (++end == 2) exit }' \
	    "$CEREMONY/trace" >"$BATS_TEST_TMPDIR/points"
	found=$(wc -l <"$BATS_TEST_TMPDIR/points")
	((found >= 10 && found <= 25))
	while read -r point <&9; do
		another
		a_transfer
		echo "import killed at $point"
		# shellcheck disable=SC2086 # two words
		killed $point import
		answered_before
		assert_ok import
		import_follows_journal
	done 9<"$BATS_TEST_TMPDIR/points"
}

@test "grant, killed anywhere, makes one add-on" {
	every=$((every * 2))
	killed_everywhere grant an_import granted_once
}
