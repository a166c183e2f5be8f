# What this machine remembers of a sealed request, after a crash as well.

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

@test "a run that was killed before it remembered is made up for" {
	do_seal
	# The kill that this stands for: after the journal's last line.
	rm -r "$CEREMONY"/offline/state/gapseal/sealed
	assert_ok seal
	assert_says "This request is sealed already."
	rm "$dir/transfer.gsb"
	refused 3 "sealed before, and its transfer is not here any more" \
	    "bring back 'transfer.gsb'" seal
}
