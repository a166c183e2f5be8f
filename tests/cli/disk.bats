# Disks that are full, directories that may not be written, files that are in
# the way: nothing half-written, nothing overwritten, and running again helps.

source "$BATS_TEST_DIRNAME/../lib/cli.bash"

setup_file() {
	begin_file && room_ready
}

teardown_file() {
	end_file
}

setup() {
	begin_test
}

offline() {
	on offline gapseal-offline "$@"
}

seal() {
	"${@:-offline}" seal @alice --confirm "$(paper request)"
}

approve() {
	"${@:-offline}" plan approve plan.json @alice \
	    --confirm "$(file_sha256 offline plan.json)"
}

cosign() {
	"${@:-offline}" cosign request.gsb @alice \
	    --confirm "$(paper request)"
}

# alice has not signed yet.
unsigned() {
	forge_bundle request oscar "$dir/request.gsb" \
	    <"$CEREMONY/request.json"
}

identity() {
	"${@:-offline}" identity zoe --passphrase-fd 3 \
	    3<<<"a passphrase for zoe"
}

# Where no file may become longer than so many bytes. What the program says goes
# through pipes, for the limit is on the files behind stdout, too.
full_at() {
	local size=$1
	shift
	(
		{
			on offline bash -c 'trap "" XFSZ
			    exec prlimit --fsize="$0" "$@"' "$size" \
			    gapseal-offline "$@" \
			    2>&1 >&4 | cat >&2
			exit "${PIPESTATUS[0]}"
		} 4>&1 | cat
		exit "${PIPESTATUS[0]}"
	)
}

full() {
	full_at 0 "$@"
}

# Root may write anywhere: not without that capability.
ordinary() {
	local -a drop=()
	((EUID != 0)) || drop=(setpriv
		--bounding-set=-dac_override,-dac_read_search
		--inh-caps=-dac_override,-dac_read_search)
	on offline "${drop[@]}" gapseal-offline "$@"
}

no_leftovers() {
	run find "$CEREMONY" -name '.*.new'
	[[ $output == "" ]]
}

@test "a full disk leaves no half of an identity" {
	refused 1 "cannot write 'zoe.key': File too large" \
	    "nothing was left behind" identity full
	no_leftovers
	assert_ok identity
	assert_mode 600 offline zoe.key
}

@test "a full disk leaves no half of an approval" {
	rm "$dir/plan.gsb"
	refused 1 "cannot write 'plan.gsb': File too large" \
	    "nothing was left behind" approve full
	[[ ! -e $dir/plan.gsb ]]
	no_leftovers
	assert_ok approve
}

@test "a full disk takes no signature away" {
	unsigned
	assert_refused 1 "File too large" "" cosign full
	no_leftovers
	assert_ok cosign
}

@test "a full disk leaves no half of a transfer" {
	assert_refused 1 "File too large" "" seal full
	[[ ! -e $dir/transfer.gsb ]]
	no_leftovers
	assert_ok seal
}

@test "wherever the disk fills up, sealing again finishes the job" {
	local size failed=0
	for size in 100 300 500 800 1000 1150 1250 1500 2000 9999; do
		rm -rf "$CEREMONY/offline"
		cp -a "$BATS_FILE_TMPDIR/base/offline" "$CEREMONY/offline"
		if ! seal full_at $size 2>"$CEREMONY/.stderr"; then
			grep -q 'File too large' "$CEREMONY/.stderr"
			failed=$((failed + 1))
		fi
		no_leftovers
		assert_ok seal
		assert_ok offline verify
		# Nor was our own journal taken for somebody else's.
		run compgen -G "$dir/journal-offline-*.jsonl"
		((status == 1))
	done
	((failed > 4 && failed < 10))
}

@test "a directory that may not be written keeps every file as it was" {
	rm "$dir/plan.gsb"
	chmod 555 "$dir"
	refused 1 "'plan.gsb': Permission denied" "" approve ordinary
	refused 1 "cannot make a file in '.': Permission denied" "" \
	    identity ordinary
	chmod 755 "$dir"
	cp "$BATS_FILE_TMPDIR/base/offline/ceremony/plan.gsb" "$dir"
	chmod 444 "$dir"/journal-*.jsonl
	chmod 555 "$dir"
	assert_refused 1 "Permission denied" "" seal ordinary
	chmod 755 "$dir"
	unsigned
	chmod 555 "$dir"
	assert_refused 1 "Permission denied" "" cosign ordinary
	chmod 755 "$dir"
	chmod 644 "$dir"/journal-*.jsonl
	approve_request
	assert_ok seal
}

@test "what this machine knows by itself may not be written: nothing is" {
	chmod -R a-w "$CEREMONY/offline/state"
	refused 1 "Permission denied" "" seal ordinary
	[[ ! -e $dir/transfer.gsb ]]
	chmod -R u+w "$CEREMONY/offline/state"
	assert_ok seal
}

@test "without a home there is nothing to remember a plan in" {
	refused 1 "neither XDG_STATE_HOME nor HOME" "set HOME" \
	    on offline env -u HOME -u XDG_STATE_HOME gapseal-offline \
	    seal @alice
}

@test "an unreadable file is named" {
	chmod 000 "$dir/request.gsb"
	refused 1 "cannot open 'request.gsb': Permission denied" "" \
	    seal ordinary
	chmod 600 "$dir/request.gsb"
}

@test "an identity is never overwritten, neither half" {
	for half in key pub; do
		echo mine >"$dir/zoe.$half"
		refused 1 "'zoe.$half' is already there" "choose another name" \
		    identity
		rm "$dir/zoe.$half"
	done
	ln -s /nowhere "$dir/zoe.key"
	refused 1 "'zoe.key' is already there" "" identity
}

@test "whatever is called transfer.gsb stays, and sealing says so" {
	echo "my notes" >"$dir/transfer.gsb"
	refused 1 "a file that does not belong here is in the way" \
	    "move it away" seal
	rm "$dir/transfer.gsb"
	cp "$dir/plan.gsb" "$dir/transfer.gsb"
	refused 1 "this machine did not make it" "move it away" seal
	rm "$dir/transfer.gsb"
	mkdir "$dir/transfer.gsb"
	refused 1 "'transfer.gsb' is not a regular file" "" seal
	rmdir "$dir/transfer.gsb"
	mkfifo "$dir/transfer.gsb"
	refused 1 "'transfer.gsb' is not a regular file" "" seal
	rm "$dir/transfer.gsb"
	ln -s elsewhere "$dir/transfer.gsb"
	assert_refused 1 "'transfer.gsb' is already there" "" seal
	[[ ! -e $dir/elsewhere ]]
}

@test "a file in the way of the old transfer's new name stays" {
	do_seal
	local aside
	aside=transfer-$(digest_of transfer.gsb | head -c 8).gsb
	echo "my notes" >"$dir/$aside"
	forge_request "replaces=$(paper request)"
	approve_request
	refused 1 "'$aside' is already there" "look what it is" seal
}

@test "what a killed run left beside is thrown away" {
	echo "half of a tran" >"$dir/.transfer.gsb.new"
	assert_ok seal
	no_leftovers
}

@test "export overwrites nothing, and does nothing twice" {
	assert_ok offline export request.gsb --to out
	assert_ok offline export request.gsb --to out
	echo more >>"$dir/out/request.signed"
	refused 1 "'out/request.signed' is already there" "look what it is" \
	    offline export request.gsb --to out
	echo file >"$dir/file"
	refused 1 "cannot make directory 'file/below'" "" \
	    offline export request.gsb --to file/below
}

@test "a journal that somebody else wrote is kept and not believed" {
	echo '{"n":1}' >"$dir/journal-offline.jsonl"
	assert_ok seal
	assert_says "nothing in it is believed"
	run cat "$dir"/journal-offline-*.jsonl
	[[ $output == '{"n":1}' ]]
}

@test "all that is written is for its owner alone" {
	do_seal
	assert_mode 600 offline transfer.gsb
	assert_mode 600 offline journal-offline.jsonl
	run find "$CEREMONY/offline/state" -type f -perm /077
	[[ $output == "" ]]
}

@test "a result that cannot be written is a failure" {
	local status=0
	offline words abcd >/dev/full 2>"$CEREMONY/.stderr" || status=$?
	((status == 1))
	grep -q 'cannot write the result' "$CEREMONY/.stderr"
	status=0
	offline verify --json >/dev/full 2>"$CEREMONY/.stderr" || status=$?
	((status == 1))
	offline help >/dev/full 2>"$CEREMONY/.stderr" && return 1
	grep -q 'cannot write' "$CEREMONY/.stderr"
}

@test "of two people who sign at once neither signature is lost" {
	unsigned
	bring_key offline alice
	mkfifo "$CEREMONY/secrets/typing"
	# alice has read the request, and types her passphrase slowly.
	offline cosign request.gsb --as ../alice.key --passphrase-fd 3 \
	    --confirm "$(paper request)" 3<"$CEREMONY/secrets/typing" \
	    >"$CEREMONY/said" 2>&1 &
	exec 7>"$CEREMONY/secrets/typing"
	until grep -q "A request of the ceremony" "$CEREMONY/said"; do
		sleep 0.02
	done
	approve_request bob
	passphrase alice >&7
	exec 7>&-
	wait $! || (($? == 1))
	assert_ok offline inspect request.gsb --json
	assert_json 'any(.signatures[]; .person == "bob")'
	assert_ok offline cosign request.gsb @alice \
	    --confirm "$(paper request)"
	assert_ok offline inspect request.gsb --json
	assert_json '.signatures | length == 3'
}
