#!/usr/bin/env bats
# Whoever has only README.md can run a practice ceremony of their own plan: its
# commands are run here as they stand, in one shell, at a terminal.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	export HOME=$BATS_TEST_TMPDIR
	BUILD=$(cd "${BUILD:-build}" && pwd)
}

# The blocks for a shell, and the plan with the keys of this run's people.
commands() {
	awk '
		/^```$/ { if (json) print "EOT\nown_keys"; shell = json = 0 }
		shell || json
		/^```sh practice$/ { shell = 1 }
		/^```json$/ {
			json = 1
			print "cat >room/plan.json <<\"EOT\""
		}' README.md | sed "s|\$PWD/build|$BUILD|"
}

own_keys() {
	local name key
	for name in room/alice room/bob office/oscar; do
		key=$(sed -n 2p "$name.pub")
		jq --arg name "${name#*/}" --arg key "$key" \
		    '(.people[] | select(.name == $name).key) = $key' \
		    room/plan.json >new.json
		mv new.json room/plan.json
	done
}

@test "the commands of README.md are a whole practice ceremony" {
	{
		echo 'set -eu'
		declare -f own_keys
		commands
	} >"$HOME/commands"
	grep -q '^office grant' "$HOME/commands"
	run env -u XDG_STATE_HOME -u AWS_CA_BUNDLE -u AWS_PROFILE \
	    python3 tests/lib/typist.py "$HOME/screens" \
	    bash "$HOME/commands"
	printf '%s\n' "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"prod-us: imported"* ]]
	[[ $output == *"The whole ceremony verifies."* ]]
	[ -s "$HOME/practice/office/receipt-2.gsb" ]
}

@test "README.md's plan is a good one, without a warning" {
	awk '/^```$/ { json = 0 } json; /^```json$/ { json = 1 }' README.md \
	    >"$HOME/plan.json"
	run "$BUILD/gapseal-online" plan check --json "$HOME/plan.json"
	[ "$status" -eq 0 ]
	jq -e '.ok and .findings == []' <<<"${lines[0]}"
}

@test "README.md's other double of Heroku knows the app of one's own plan" {
	local line
	line=$(grep '^    start_heroku .* --config FILE' README.md)
	grep -o '{"apps":[^`]*' README.md |
	    sed 's/YOUR-APP/my-app/' >"$HOME/apps.json"
	source tests/lib/doubles.bash
	eval "${line/FILE/$HOME/apps.json}"
	curl --silent --fail --noproxy '*' --output /dev/null \
	    --header 'Accept: application/vnd.heroku+json; version=3' \
	    --oauth2-bearer HRKU-00000000-0000-0000-0000-000000000000 \
	    "$HEROKU_HOST/apps/my-app"
	stop_doubles ~/practice/cloud
}
