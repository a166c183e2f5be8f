# A person at a terminal: a real pseudo-terminal, driven by expect.

source "$BATS_TEST_DIRNAME/../lib/cli.bash"

setup_file() {
	begin_file && room_ready && people alice bob
}

teardown_file() {
	end_file
}

setup() {
	begin_test
	bring_key offline alice
	bring_key offline bob
	SCREEN=$CEREMONY/screen
}

# at_terminal [NAME=VALUE...] <<script: expect's, with terminal.exp's words.
# plan, request and secret are known to it.
at_terminal() {
	cat >"$CEREMONY/script.exp"
	on offline env SCREEN="$SCREEN" "$@" \
	    plan="$(paper plan)" request="$(paper request)" \
	    secret="$(passphrase alice)" \
	    expect "$GAPSEAL_TOP/tests/lib/terminal.exp" "$CEREMONY/script.exp"
}

screen() {
	tr -d '\r' <"$SCREEN"
}

unsigned() {
	forge_bundle request oscar "$dir/request.gsb" \
	    <"$CEREMONY/request.json"
}

@test "signing a request asks for three words of each digest, from paper" {
	unsigned
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as ../alice.key
asked "To confirm the plan"
words $plan
asked "To confirm the request"
words $request
asked "passphrase of '../alice.key' (it is not shown): "
say $secret
asked "alice has signed: 1 of 1 operators, 1 of 2 officers."
ends 0
END
	[[ $(screen) == *"next: gapseal-offline cosign request.gsb --as NAME.key"* ]]
	[[ $(screen) == *"by 1 more of: bob"* ]]
	# What came across the gap is compared, not copied from the screen.
	[[ $(screen) != *"$(paper request | head -c 8)"* ]]
	[[ $(screen) != *"$(paper plan | head -c 8)"* ]]
}

@test "the places are in order, and others each time" {
	at_terminal >"$CEREMONY/places" <<'END'
for {set n 0} {$n < 4} {incr n} {
	type gapseal-offline cosign request.gsb --as ../alice.key
	words $plan
	puts $places
	if {$places ne [lsort -integer -unique $places]} { fail "order" }
	close
	wait
}
puts done
END
	[[ $(tail -n 1 "$CEREMONY/places") == done ]]
	(($(sort -u "$CEREMONY/places" | wc -l) > 2))
}

@test "a wrong word ends it, and nothing is signed" {
	unsigned
	before=$(every_file)
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as ../alice.key
words $plan
# A word of the list, but not the one of this digest.
asked_like {word number ([0-9]+): $}
set place $found
scan [string range $request [expr {2 * $place - 2}] [expr {2 * $place - 1}]] \
    %x byte
set digit [format %02x [expr {($byte + 1) % 256}]]
say [lindex [list_of_words [string repeat $digit 32]] $place-1]
asked "what was typed is not the digest of the request: not confirmed"
asked "hint: stop and compare with the other side"
ends 3
END
	[[ $before == "$(every_file)" ]]
}

@test "a slip of the fingers gets the near word, and another try" {
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as ../alice.key
set place [words $plan 2]
asked "x' is no word of the list there; near to it: [lindex \
    [list_of_words $plan] $place-1]"
asked_like "word number $place: $"
say [string toupper [lindex [list_of_words $plan] $place-1]]
asked_like {word number ([0-9]+): $}
say "  [lindex [list_of_words $plan] $found-1] "
asked "To confirm the request"
close
wait
END
}

@test "three slips are a wrong digest, and nothing far-fetched is suggested" {
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as ../alice.key
words $plan 1 "zzz"
asked "'zzz' is no word of the list there\r"
say "yyy"
asked "'yyy' is no word of the list there"
say [string repeat x 300]
asked "that is too long; type only the word that stands at number $found"
asked "not the digest of the plan"
ends 3
END
	[[ $(screen) != *"near to it"* ]]
}

@test "who types the digest, or a word of another place, is told so" {
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as ../alice.key
set place [words $plan 1 $plan]
asked "that is the digest itself; type only the word that stands at number "
asked_like "word number $place: $"
say "[string range $plan 0 7] [string range $plan 8 15]"
asked "that is the digest itself"
asked_like "word number $place: $"
set even [expr {$place % 2 == 0}]
say [expr {$even ? "robust" : "adroitness"}]
asked "stands at [expr {$even ? {odd} : {even}}] numbers; wanted is the word"
asked "not the digest of the plan"
ends 3
END
}

@test "what is typed at a terminal is shown only without its control codes" {
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as ../alice.key
words $plan 1 "evil\033\[2Jword"
asked "is no word of the list there"
send "\004"
ends 2
END
	[[ $(screen) == *'evil\x1b[2Jword'* ]]
	[[ $(screen) != *$'\e[2J'* ]]
}

@test "a passphrase is not echoed, nor anywhere on the screen" {
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as ../alice.key
words $plan
words $request
asked "(it is not shown): "
if {[echoes]} { fail "the terminal echoes while it is asked" }
say $secret
asked "alice has signed this before; nothing changed."
ends 0
END
	[[ $(screen) != *"$(passphrase alice)"* ]]
	[[ $(screen) != *"long passphrase"* ]]
}

@test "a wrong passphrase signs nothing" {
	unsigned
	before=$(every_file)
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as ../alice.key
words $plan
words $request
asked "(it is not shown): "
say "something else"
asked "that was not it; once more"
asked "passphrase of '../alice.key' (it is not shown): "
if {[echoes]} { fail "the terminal echoes while it is asked" }
say "something else again"
asked "that was not it; once more"
asked "(it is not shown): "
say ""
asked "'../alice.key' is not unlocked: wrong passphrase for"
asked "nothing was signed; run the whole command again, and\r"
asked "never type a passphrase at the shell's prompt"
ends 3
END
	[[ $before == "$(every_file)" ]]
}

@test "a passphrase that was mistyped may be typed again" {
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as ../alice.key
words $plan
words $request
asked "(it is not shown): "
say "something else"
asked "that was not it; once more"
asked "(it is not shown): "
say $secret
asked "alice has signed this before; nothing changed."
ends 0
END
}

@test "Ctrl-C at the passphrase brings the echo back and ends it" {
	before=$(every_file)
	at_terminal <<'END'
type sh -c {trap : INT
    gapseal-offline cosign request.gsb --as ../alice.key
    echo "status $?"; sleep 9}
words $plan
words $request
asked "(it is not shown): "
if {[echoes]} { fail "it echoes" }
send "half of\003"
asked "status 130"
if {![echoes]} { fail "the echo did not come back" }
close
wait
END
	[[ $before == "$(every_file)" ]]
}

@test "other signals that end a program bring the echo back, too" {
	local name
	for name in ABRT ALRM USR1 USR2; do
		at_terminal name="$name" <<'END'
type sh -c {gapseal-offline identity zoe; echo "status $?"; sleep 9}
asked "(it is not shown): "
if {[echoes]} { fail "it echoes" }
exec pkill -$env(name) -P [exp_pid]
asked "status "
if {![echoes]} { fail "the echo did not come back" }
close
wait
END
	done
}

@test "Ctrl-C at a word ends it by that signal" {
	before=$(every_file)
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as ../alice.key
asked "word number "
send "\003"
ends SIGINT
END
	[[ $before == "$(every_file)" ]]
}

@test "a passphrase longer than any is said to be so" {
	before=$(every_file)
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as ../alice.key
words $plan
words $request
asked "(it is not shown): "
say [string repeat long 300]
asked "that is too long for a passphrase; once more"
asked "(it is not shown): "
say [string repeat long 300]
asked "once more"
asked "(it is not shown): "
say [string repeat long 300]
asked "the passphrase is too long:\r"
asked "wanted at most 1023 bytes"
ends 2
END
	[[ $before == "$(every_file)" ]]
}

@test "Ctrl-D is no answer, and a usage error" {
	before=$(every_file)
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as ../alice.key
asked "word number "
send "\004"
asked "no answer came from the terminal"
asked "nothing was done"
ends 2
END
	[[ $before == "$(every_file)" ]]
}

@test "a terminal that is closed ends it, and nothing was done" {
	before=$(every_file)
	at_terminal <<'END'
type gapseal-offline seal --as ../alice.key
asked "Witness: "
say ""
asked "word number "
close
set how [wait]
if {[lindex $how 3] eq 0 && [lindex $how 4] ne "CHILDKILLED"} {
	fail "it ended well"
}
END
	[[ $before == "$(every_file)" ]]
}

@test "sealing asks a witness for the time" {
	at_terminal <<'END'
type gapseal-offline seal --as ../alice.key
asked "This machine's clock says 2"
asked "Witness: the time in UTC by a clock that is not this machine's"
say [clock format [clock seconds] -gmt 1 -format %Y-%m-%dT%H:%M:%SZ]
words $request
asked "(it is not shown): "
say $secret
asked "The transfer's digest, for the paper:"
ends 0
END
	forge payload "$dir/transfer.gsb" | jq -e '.clock == "witnessed"'
	# What was made here is shown: digits, words, and who is next.
	[[ $(screen) == *"$(digest_of transfer.gsb | head -c 8) "* ]]
	[[ $(screen) == *"cosign transfer.gsb --as NAME.key, by 1 more of: bob"* ]]
}

@test "without a witness the machine's clock is used, and it says so" {
	at_terminal <<'END'
type gapseal-offline seal --as ../alice.key
asked "(or press Enter to go by the machine's): "
say ""
words $request
asked "(it is not shown): "
say $secret
asked "The transfer's digest, for the paper:"
ends 0
END
	forge payload "$dir/transfer.gsb" | jq -e '.clock == "machine"'
}

@test "a witness' time that is none, or too late, seals nothing" {
	before=$(every_file)
	at_terminal <<'END'
type gapseal-offline seal --as ../alice.key
asked "Witness: "
foreach slip {1 2} {
	say "half past nine"
	asked "That is not a time in UTC. Write it like 2"
}
say "half past nine"
asked "that is not a time in UTC"
asked "write it like this: 2026-11-20T09:00:00Z"
ends 2
type gapseal-offline seal --as ../alice.key
asked "Witness: "
say "2031-01-01T00:00:00Z"
asked "were valid until"
ends 3
END
	[[ $before == "$(every_file)" ]]
}

@test "what this machine made is confirmed by the words on its screen" {
	seal=$(on offline gapseal-offline seal @alice \
	    --confirm "$(paper request)")
	at_terminal transfer="$seal" bobs="$(passphrase bob)" <<'END'
type gapseal-offline cosign transfer.gsb --as ../bob.key
asked_like {(\w{8} ){3}\w{8}.*To confirm the transfer, type these words}
for {set i 0} {$i < 3} {incr i} {
	asked_like {word number ([0-9]+): $}
	set word [lindex [list_of_words $env(transfer)] $found-1]
	if {![regexp "\\m$found $word\\M" $screen]} {
		fail "word $found is not shown"
	}
	say $word
}
asked "passphrase of '../bob.key'"
asked ": "
say $env(bobs)
asked "of 2 officers."
ends 0
END
}

@test "a new identity asks twice, shows nothing, and takes no empty one" {
	at_terminal <<'END'
type gapseal-offline identity zoe
asked "new passphrase (it is not shown): "
say "a passphrase for zoe"
asked "the same again: "
say "a passphrase for zoo"
asked "the two passphrases differ"
ends 3
type gapseal-offline identity zoe
asked "new passphrase (it is not shown): "
say ""
asked "the passphrase is empty"
ends 3
END
	[[ ! -e $dir/zoe.key && ! -e $dir/zoe.pub ]]
	at_terminal <<'END'
type gapseal-offline identity zoe
asked "new passphrase (it is not shown): "
say "a passphrase for zoe"
asked "the same again: "
say "a passphrase for zoe"
asked "\"name\":\"zoe\""
ends 0
END
	[[ $(screen) != *"a passphrase"* ]]
	openssl pkey -in "$dir/zoe.key" -passin "pass:a passphrase for zoe" \
	    -pubout | cmp - "$dir/zoe.pub"
}

@test "the plan is anchored by the words on the paper" {
	rm -r "$CEREMONY/offline/state"
	at_terminal <<'END'
type gapseal-offline plan anchor
asked "for PRACTICE"
words $plan
asked "This machine knows the plan 'payments-2026-11', version 1"
ends 0
END
	[[ $(screen) != *"$(paper plan | head -c 8) "*"To confirm"* ]]
}

@test "of a Vault key's versions the person picks one" {
	plan_ready --name vault --source receive
	forge_request
	approve_request
	cp "$GAPSEAL_TOP/tests/vectors/vault/export-aes256-rotated3.json" \
	    "$CEREMONY/secrets"
	at_terminal request="$(paper request)" <<'END'
type gapseal-offline seal --as ../alice.key \
    --from ../../secrets/export-aes256-rotated3.json
asked "Witness: "
say ""
words $request
asked "(it is not shown): "
say $secret
asked "the file holds the versions 1 2 3; which one? "
say "3"
asked "It is version 3 of the key in that file."
asked "The transfer's digest, for the paper:"
ends 0
END
	assert_equal \
	    f8b2991ca2e22a5f3318e4e55e0b709447ebdfb839aeeb1dc92cace2c0651955 \
	    "$(forge unwrap "$dir/transfer.gsb" prod-us "$CEREMONY/wrapping" |
	        xxd -p -c 99)"
}

@test "questions are at the terminal, results alone on stdout" {
	at_terminal <<'END'
type sh -c {gapseal-offline seal --as ../alice.key >out 2>err; echo "st $?"}
asked "Witness: "
say ""
words $request
asked "(it is not shown): "
say $secret
asked "st 0"
ends 0
END
	assert_equal "$(digest_of transfer.gsb)" "$(cat "$dir/out")"
	grep -q "The transfer's digest, for the paper:" "$dir/err"
	! grep -q "word number" "$dir/out" "$dir/err"
}

@test "no line is wider than the terminal, and no colour is in it" {
	at_terminal NO_COLOR=1 <<'END'
type gapseal-offline seal --as ../alice.key
asked "Witness: "
say ""
words $request
asked "(it is not shown): "
say $secret
asked "The transfer's digest, for the paper:"
ends 0
END
	run grep -q $'\e' "$SCREEN"
	((status == 1))
	run grep -nE '^.{81,}' <(screen)
	((status == 1))
}

@test "at a terminal long messages are broken at blanks, elsewhere never" {
	local long="'nowhere' is not unlocked: cannot open 'nowhere': No such"
	at_terminal <<'END'
type gapseal-offline cosign request.gsb --as nowhere
asked "gapseal-offline: 'nowhere' is not unlocked: cannot open 'nowhere': No such file"
asked "\r\n  or directory\r\ngapseal-offline: hint: name the file of your"
ends 1
END
	run grep -nE '^.{81,}' <(screen)
	((status == 1))
	refused 1 "$long file or directory" "may not be mounted" \
	    on offline gapseal-offline cosign request.gsb --as nowhere
}
