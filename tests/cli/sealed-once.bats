# What the room's machine remembers of what it made, after a crash or a theft as well.

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

seal() {
	on offline gapseal-offline seal @alice --confirm "$(paper request)"
}

@test "a run that was killed before its transfer had a name is finished" {
	do_seal
	local before
	before=$(file_sha256 offline transfer.gsb)
	mv "$dir/transfer.gsb" "$dir/.transfer.gsb.new"
	assert_ok seal
	assert_says "This request is sealed already."
	assert_equal "$before" "$(file_sha256 offline transfer.gsb)"
}

@test "a lost transfer is not made again, whatever lies in its place" {
	do_seal
	mv "$dir/transfer.gsb" "$CEREMONY/kept"
	refused 3 "sealed before, and its transfer is not here any more" \
	    "bring back 'transfer.gsb'" seal
	head -c 100 "$CEREMONY/kept" >"$dir/.transfer.gsb.new"
	refused 3 "sealed before, and its transfer is not here any more" \
	    "bring back 'transfer.gsb'" seal
	rm "$dir"/journal-offline.jsonl
	refused 3 "sealed before, and its transfer is not here any more" \
	    "bring back 'transfer.gsb'" seal
}

# An insider's transfer must not become the room's, nor its words be shown.
@test "a transfer that this machine did not make is in the way" {
	do_seal
	rm -r "$CEREMONY"/offline/state/gapseal/sealed
	refused 1 "'transfer.gsb' is there, and this machine did not make it" \
	    "do not sign it" seal
	[[ $stderr != *"digest, for the paper"* ]]
	assert_equal 1 "$(grep -c '"step":"seal","result":"made"' \
	    "$dir/journal-offline.jsonl")"
}
