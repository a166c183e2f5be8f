# No secret leaves the process: a whole ceremony with a key that the test
# knows, and one with a key that it opens afterwards, as the cloud would, are
# searched on every machine, in every file and in all that was said.

source "$BATS_TEST_DIRNAME/../lib/cli.bash"

# Known to tests/lib/search-secrets.bash as well.
key=c3a91f5be7d2046f8819ad3c50e6f27b94d8015e3baf6c72d1e84409b756cf2e

setup_file() {
	begin_file && cloud_up || return
	xxd -r -p <<<"$key" >"$CEREMONY/secrets/sealed"
	start_heroku "$BATS_FILE_TMPDIR/cloud" --kms "$STANDIN_URL" &&
	    heroku_env online "$HEROKU_URL" || return
	whole_ceremony >"$CEREMONY/said" 2>&1
}

teardown_file() {
	end_file
}

setup() {
	begin_test
}

whole_ceremony() {
	requested --source receive --addon prod-us payments-prod payments-db \
	    --bucket prod-us payments-archive && approve_request &&
	    do_seal --from ../../secrets/sealed || return
	do_import && do_grant || return
	on offline gapseal-offline verify
	on online gapseal-online verify --json
	for file in plan request tokens transfer receipt-1 receipt-2; do
		on online gapseal-online inspect $file.gsb &&
		    on online gapseal-online export $file.gsb --to $file ||
		    return
	done
}

# All that this ceremony left anywhere, the screens' text too.
search() {
	"$GAPSEAL_TOP/tests/lib/search-secrets.bash" "$CEREMONY"
}

found() {
	run search
	((status == 1))
	[[ $output == *"$1"* ]]
	rm "$2"
}

@test "the ceremony was whole" {
	forge payload "$online_dir/receipt-2.gsb" | jq -e '.grants | length == 3'
	forge payload "$online_dir/transfer.gsb" | jq -e '.key.way == "file"'
	grep -q "Received a key, read as raw." "$CEREMONY/said"
}

@test "no file of any machine, and nothing said, holds a secret" {
	run search
	echo "$output"
	((status == 0))
	[[ ${lines[-1]} =~ ^([0-9]+)\ files,\ 0\ with ]]
	((BASH_REMATCH[1] > 40))
}

@test "the search would find it: raw, hex, base64, in journals and state" {
	local at
	at=$dir/a-file
	{ echo before; xxd -r -p <<<"$key"; echo behind; } >"$at"
	found "sealed as raw" "$at"
	at=$CEREMONY/offline/state/gapseal/left
	echo "x${key}x" >"$at"
	found "sealed as hex" "$at"
	at=$CEREMONY/online/tmp/left
	echo "${key^^}" >"$at"
	found "sealed as HEX" "$at"
	cp "$dir/journal-offline.jsonl" "$CEREMONY/secrets"
	at=$dir/journal-offline.jsonl
	printf '{"n":9,"key":"%s"}\n' \
	    "$(xxd -r -p <<<"ab$key" | base64 -w 0)" >>"$at"
	found "sealed as base64" "$at"
}

@test "the search would find it in a bundle, and in what was said" {
	local at=$dir/transfer.gsb
	jq -nc --arg x "$(xxd -r -p <<<"$key" | base64)" '{key: $x}' |
	    forge_bundle transfer alice "$at"
	found "sealed as base64, wrapped" "$at"
	echo "gapseal-offline: cannot wrap $key" >>"$CEREMONY/said"
	found "said: sealed as hex" "$CEREMONY/said"
	on offline sh -c 'exec 3>leak; cat ../../secrets/sealed >&3'
	found "sealed as raw" "$dir/leak"
}

@test "the search would find a passphrase, a credential, a password" {
	echo "using $(passphrase bob)" >>"$CEREMONY/said"
	found "the-long-passphrase-of as raw" "$CEREMONY/said"
	echo "oscars-secret-key" >"$online_dir/left"
	found "oscars-secret-key as raw" "$online_dir/left"
	echo "postgres://u:marker-password-that-must-never-be-kept@h" \
	    >"$online_dir/left"
	found "marker-password" "$online_dir/left"
}

@test "the cloud did get that key, and nothing but wrapped" {
	control "$STANDIN_URL" state | jq -e --arg sum \
	    "$(sha256sum <"$CEREMONY/secrets/sealed" | cut -c1-64)" \
	    '[.keys[].materials[].sha256] == [$sum]'
}

@test "a generated key is nowhere either" {
	rm -rf "$CEREMONY/offline" "$CEREMONY/online"
	machine offline online
	{
		room_ready
		do_seal
		on offline gapseal-offline inspect transfer.gsb
		on offline gapseal-offline export transfer.gsb --to exported
	} >"$CEREMONY/said" 2>&1
	mkdir "$CEREMONY/secrets/made"
	forge unwrap "$dir/transfer.gsb" prod-us "$CEREMONY/wrapping" \
	    >"$CEREMONY/secrets/made/key"
	assert_equal 32 "$(stat -c %s "$CEREMONY/secrets/made/key")"
	run "$python" "$GAPSEAL_TOP/tests/lib/find_secret.py" \
	    "$CEREMONY/secrets/made" "$CEREMONY"
	echo "$output"
	((status == 0))
	xxd -p -c 99 "$CEREMONY/secrets/made/key" >"$dir/left"
	run "$python" "$GAPSEAL_TOP/tests/lib/find_secret.py" \
	    "$CEREMONY/secrets/made" "$CEREMONY"
	((status == 1))
}

# A process, $pid, that has read a key from stdin and waits for its last digit.
waiting_seal() {
	rm -rf "$CEREMONY/offline"
	machine offline
	room_ready --source receive >/dev/null 2>&1
	mkfifo "$CEREMONY/secrets/pipe"
	on offline gapseal-offline seal @alice --from - \
	    --confirm "$(paper request)" <"$CEREMONY/secrets/pipe" \
	    >"$CEREMONY/said" 2>&1 3>&- &
	exec 7>"$CEREMONY/secrets/pipe"
	printf %s "${key:0:63}" >&7
	until grep -q '"step":"seal","result":"begin"' \
	    "$dir/journal-offline.jsonl"; do
		sleep 0.02
	done
	sleep 0.2
	pid=$(pgrep -f "^gapseal-offline seal .*$(paper request)")
}

@test "arguments and environment show nothing while the key is in memory" {
	waiting_seal
	mkdir "$CEREMONY/proc"
	cat "/proc/$pid/cmdline" >"$CEREMONY/proc/cmdline"
	cat "/proc/$pid/environ" >"$CEREMONY/proc/environ" 2>/dev/null || true
	grep -aq seal "$CEREMONY/proc/cmdline"
	mkdir "$CEREMONY/secrets/part"
	xxd -r -p <<<"${key:0:60}" >"$CEREMONY/secrets/part/key"
	printf %s "$(passphrase alice)" >"$CEREMONY/secrets/part/passphrase"
	printf %s "${key:1:40}" >"$CEREMONY/secrets/part/digits"
	run "$python" "$GAPSEAL_TOP/tests/lib/find_secret.py" \
	    "$CEREMONY/secrets/part" "$CEREMONY"
	echo "$output"
	((status == 0))
	# And with its last digit the key is taken.
	echo "${key:63}" >&7
	exec 7>&-
	wait
	assert_equal "$key" "$(forge unwrap "$dir/transfer.gsb" prod-us \
	    "$CEREMONY/wrapping" | xxd -p -c 99)"
}

@test "a process with the key in memory dumps no core and can be killed" {
	local before signal
	for signal in TERM SEGV KILL; do
		waiting_seal
		grep -q '^Max core file size  *0  *0 ' "/proc/$pid/limits"
		before=$(snapshot)
		kill -s $signal "$pid"
		exec 7>&-
		wait
		rm "$CEREMONY/secrets/pipe"
		[[ $before == "$(snapshot)" ]]
		[[ ! -e $dir/transfer.gsb && ! -e $dir/core ]]
		run search
		((status == 0))
	done
}

@test "the program that holds a key can open no socket" {
	waiting_seal
	grep -q '^Seccomp:	2$' "/proc/$pid/status" ||
	    # Sanitizers cannot live under the filter.
	    [[ $BUILD == *asan* ]]
	grep -q '^NoNewPrivs:	1$' "/proc/$pid/status"
	run ls -l "/proc/$pid/fd"
	[[ $output != *socket:* ]]
	exec 7>&-
	wait || true
}
