# The command line itself: help, usage, -C, words, completion, and the shapes
# of --json.

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

online() {
	on online gapseal-online "$@"
}

# What help lists, in its order.
listed() {
	"$1" help | sed -n 's/^  \([a-z]\+\( [a-z]\+\)\?\).*/\1/p' |
	    sed 's/ bash$//' | paste -sd, -
}

@test "help lists the commands in the order of the ceremony" {
	assert_equal "identity,plan check,plan approve,plan anchor,selftest,"\
"cosign,seal,inspect,verify,export,words,completion,version,help" \
	    "$(listed offline)"
}

@test "help of the online program, too" {
	assert_equal "identity,plan check,plan anchor,request,cosign,import,"\
"grant,inspect,verify,export,words,completion,version,help" \
	    "$(listed online)"
}

@test "help explains each command that it lists, in 80 columns" {
	local program name
	for program in offline online; do
		while read -r name; do
			# shellcheck disable=SC2086 # two words
			assert_ok $program help $name
			[[ $stdout == "usage: gapseal-$program $name"* ]]
			# shellcheck disable=SC2086
			[[ $($program $name --help) == "$stdout" ]]
			run grep -E '^.{81,}' <<<"$stdout"
			((status == 1))
		done < <(listed $program | tr , '\n')
		run grep -E '^.{81,}' < <($program help)
		((status == 1))
	done
}

@test "help, --help and -h are one, and so are both ways of version" {
	assert_equal "$(offline help)" "$(offline --help)"
	assert_equal "$(offline help)" "$(offline -h)"
	assert_equal "$(offline version)" "$(offline --version)"
	[[ $(offline version) =~ ^gapseal-offline\ [0-9]+\.[0-9]+ ]]
	refused 2 "no such command to explain" "lists them" \
	    offline help nonsense
}

@test "wrong usage is named, exits 2 and does nothing" {
	refused 2 "no command given" "in the order of the ceremony" offline
	refused 2 "no such command: 'sael'" "lists the commands" offline sael
	refused 2 "no such command: 'plan'" \
	    "a second word: 'plan check', 'plan approve', 'plan anchor'" \
	    offline plan
	refused 2 "no such command: 'import'" \
	    "'import' is a command of gapseal-online" offline import
	refused 2 "no such command: 'plan'" \
	    "'plan approve' is a command of gapseal-offline" \
	    online plan approve plan.json
	refused 2 "seal: no such option: '--yes'" "help seal" \
	    offline seal --yes
	refused 2 "seal: no such option: '-y'" "help seal" offline seal -y
	refused 2 "seal: a value is missing after '--utc'" "help seal" \
	    offline seal --utc
	refused 2 "seal: given twice: '--utc'" "" \
	    offline seal --utc 1 --utc 2
	refused 2 "seal: takes no value: '--json'" "" offline seal --json=1
	refused 2 "seal: one operand too many: 'now'" "" offline seal now
	refused 2 "words: an operand is missing: 'HEX'" "" offline words
}

@test "an odd command is shown without its control characters" {
	refused 2 "no such command: 'se" "" offline $'se\e[31mal'
	[[ $stderr != *$'\e'* ]]
}

@test "-C names the ceremony's directory, and paths are relative to it" {
	mkdir "$CEREMONY/elsewhere"
	cp "$dir"/* "$CEREMONY/elsewhere"
	assert_ok offline -C ../../elsewhere inspect request.gsb
	assert_ok offline -C ../.. -C elsewhere export request.gsb --to out
	[[ -d $CEREMONY/elsewhere/out ]]
	refused 1 "cannot go to directory '../nowhere'" "make the ceremony's" \
	    offline -C ../nowhere verify
	refused 2 "-C takes a directory" "" offline -C
}

@test "words are the published list's, of both parities" {
	# The list's inventors' own example (PGPfone manual).
	assert_equal "topmost Istanbul Pluto vagabond treadmill Pacific "\
"brackish dictator goldfish Medusa afflict bravado chatter revolver Dupont "\
"midsummer stopwatch whimsical cowbell bottomless" \
	    "$(offline words --json \
	        e58294f2e9a227486e8b061b31cc528fd7fa3f19 | jq -r .words)"
	assert_ok offline words 0000
	assert_equal " 1 aardvark      2 adroitness" "$stdout"
	refused 2 "as hex digits" "" offline words xyz
	assert_ok offline words ' 00 0A'
	assert_equal "$(offline words 000a)" "$stdout"
	refused 2 "as hex digits" "" offline words abc
}

@test "what is no bundle, and a directory that is none, get a hint" {
	refused 3 "'plan.json': not a" "fetch it again" \
	    offline inspect plan.json
	refused 1 "'.' is not a regular file" "look what it is" \
	    offline inspect .
	truncate -s 64M "$dir/large"
	refused 3 "at most" "name a bundle" offline inspect large
	refused 3 "at most" "name a bundle" offline cosign large @alice
	rm "$dir/large"
	refused 1 "cannot make a file in 'nowhere/'" "name and place" \
	    offline identity nowhere/zoe
}

@test "selftest names what it tried" {
	assert_ok offline selftest
	grep -qi 'RSA' <<<"$stdout"
	assert_ok offline selftest --json
	assert_json 'type == "object"'
}

@test "plan check lists every finding, as JSON too" {
	assert_ok offline plan check plan.json --json
	assert_json 'keys == ["findings", "ok", "sha256"] and .ok'
	assert_equal "$(file_sha256 offline plan.json)" \
	    "$(jq -r .sha256 <<<"$stdout")"
	jq '.quorum.plan = 9 | .more = 1 | .targets[0].region = "Mars"' \
	    "$dir/plan.json" >"$dir/bad.json"
	refused 3 "'bad.json' is not a good plan" "mend what stands above" \
	    offline plan check bad.json --json
	assert_json '.ok == false and (.findings | length >= 1)'
	assert_json 'all(.findings[]; keys == ["level", "message", "path"]
	    and (.level | IN("error", "warning")))'
	jq '.quorum.plan = 9 | .targets[0].region = "Mars"' \
	    "$dir/plan.json" >"$dir/bad.json"
	refused 3 "is not a good plan" "" offline plan check bad.json
	grep -q "^error: quorum.plan: " <<<"$stdout"
	grep -q "^error: targets\[0\].region: " <<<"$stdout"
	printf '{"format": "gapseal/plan/v1",' >"$dir/cut.json"
	refused 3 "'cut.json' is not a good plan" "" \
	    offline plan check cut.json
}

@test "inspect says all of a bundle, as JSON too" {
	assert_ok offline inspect request.gsb --json
	assert_json 'keys == ["digest", "kind", "practice", "quorum",
	    "signatures", "statement", "words"]'
	assert_json '.kind == "request" and .practice and
	    (.words | split(" ") | length == 32)'
	assert_json 'all(.signatures[]; keys == ["key_id", "person", "valid"]
	    and .valid) and ([.signatures[].person] | sort ==
	    ["alice", "bob", "oscar"])'
	assert_json '.quorum == [
	    {role: "operator", needed: 1, have: 1, missing: []},
	    {role: "officer", needed: 2, have: 2, missing: []}]'
	assert_json '.statement.type == "gapseal/request/v1"'
	assert_equal "$(digest_of request.gsb)" "$(jq -r .digest <<<"$stdout")"
	assert_ok offline inspect request.gsb
	grep -q "^signature by alice (key [0-9a-f]*): good" <<<"$stdout"
}

@test "inspect shows who can still sign" {
	forge_bundle request "oscar alice mallory" "$dir/request.gsb" \
	    <"$CEREMONY/request.json"
	assert_ok offline inspect request.gsb --json
	assert_json '.quorum[1] ==
	    {role: "officer", needed: 2, have: 1, missing: ["bob"]}'
	assert_json '[.signatures[] | select(.person == null) | .valid] ==
	    [null]'
}

@test "without an anchored plan inspect judges nothing" {
	rm -r "$CEREMONY/offline/state"
	assert_ok offline inspect request.gsb --json
	assert_says "No anchored plan in this directory"
	assert_json '.quorum == null and .statement == null and
	    all(.signatures[]; .person == null and .valid == null)'
	assert_ok offline inspect plan.gsb --json
	assert_json '.statement.format == "gapseal/plan/v1" and
	    .quorum == null'
}

@test "results of acting verbs are JSON when asked for" {
	forge_bundle request oscar "$dir/request.gsb" \
	    <"$CEREMONY/request.json"
	assert_ok offline cosign request.gsb @alice @bob --json \
	    --confirm "$(paper request)"
	assert_json '. == {kind: "request", signatures: 3, complete: true}'
	assert_ok offline seal @alice --confirm "$(paper request)" --json
	assert_equal "$(digest_of transfer.gsb)" \
	    "$(jq -r .transfer <<<"$stdout")"
	assert_ok offline plan anchor --json
	assert_json 'keys == ["digest", "name", "version"]'
	assert_ok offline verify --json
	assert_json 'keys == ["findings", "ok", "pending"] and .ok'
	assert_json 'all(.findings[]; keys == ["check", "message", "ok"])'
}

@test "who signs twice is told that nothing changed" {
	forge_bundle request oscar "$dir/request.gsb" \
	    <"$CEREMONY/request.json"
	assert_ok offline cosign request.gsb @alice \
	    --confirm "$(paper request)"
	assert_says "alice has signed: 1 of 1 operators, 1 of 2 officers."
	assert_says "next: gapseal-offline cosign request.gsb --as NAME.key, "\
"by 1 more of: bob"
	before=$(every_file)
	assert_ok offline cosign request.gsb @alice --json \
	    --confirm "$(paper request)"
	assert_says "alice has signed this before; nothing changed."
	assert_json '. == {kind: "request", signatures: 2, complete: false}'
	assert_equal "$before" "$(every_file)"
	assert_ok offline cosign request.gsb @alice @bob \
	    --confirm "$(paper request)"
	assert_says "alice and bob have signed: 1 of 1 operators, 2 of 2"
	assert_says "next: gapseal-offline seal --as NAME.key"
}

@test "who approves twice is told so, and what comes next is a command" {
	rm "$dir/plan.gsb"
	local file
	file=$(file_sha256 offline plan.json)
	assert_ok offline plan approve plan.json @alice --confirm "$file"
	assert_says "alice has signed: 1 of 2 officers."
	assert_says "next: gapseal-offline plan approve plan.json "\
"--as NAME.key, by 1 more of: bob"
	before=$(every_file)
	assert_ok offline plan approve plan.json @alice --confirm "$file"
	assert_says "alice has signed this before; nothing changed."
	assert_equal "$before" "$(every_file)"
	assert_ok offline plan approve plan.json @bob --confirm "$file"
	assert_says "bob has signed: 2 of 2 officers."
	assert_says "next: on every machine of the ceremony: plan anchor"
}

@test "who signs is looked at before anything else" {
	refused 1 "'alice' is not unlocked: cannot open 'alice'" \
	    "name the file of your identity" \
	    offline cosign nothing.gsb --as alice
	cp "$CEREMONY_STICKS/alice.key" "$CEREMONY_STICKS/alice.pub" "$dir"
	refused 1 "cannot open 'alice'" "did you mean 'alice.key'?" \
	    offline cosign nothing.gsb --as alice
	refused 3 "'alice.pub' holds no encrypted private key" \
	    "did you mean 'alice.key'?" \
	    offline plan approve nothing.json --as alice.pub
	refused 2 "cosign: who signs is not said" "--as NAME.key" \
	    offline cosign nothing.gsb
}

@test "stdout has the result and nothing else" {
	assert_ok offline seal @alice --confirm "$(paper request)"
	assert_equal "$(digest_of transfer.gsb)" "$stdout"
	assert_says "next: gapseal-offline cosign transfer.gsb --as NAME.key, by 1"
}

# completed PROGRAM WORD...: what bash offers for the last one.
completed() {
	local program=gapseal-$1 COMP_WORDS COMP_CWORD COMPREPLY
	shift
	COMP_WORDS=("$program" "$@")
	COMP_CWORD=$#
	# shellcheck disable=SC1090 # generated
	source <(on "${program#gapseal-}" "$program" completion bash)
	"_${program/-/_}"
	echo "${COMPREPLY[*]}"
}

@test "bash completes commands, their second words, options and files" {
	cd "$dir"
	assert_equal "seal selftest" "$(completed offline se | tr ' ' '\n' |
	    sort | paste -sd ' ' -)"
	assert_equal "check approve anchor" "$(completed offline plan '')"
	assert_equal "approve anchor" "$(completed offline plan a)"
	assert_equal "check anchor" "$(completed online plan '')"
	assert_equal "--as" "$(completed offline plan approve p --a)"
	assert_equal "--utc" "$(completed offline seal --u)"
	assert_equal "request.gsb" "$(completed offline cosign req)"
	assert_equal "--renew" "$(completed online -C dir request --r)"
	assert_equal "import" "$(completed online -C dir im)"
}

@test "completion for zsh and fish knows every command and option" {
	local program name shell option
	for program in offline online; do
		for shell in zsh fish; do
			assert_ok $program completion $shell
			while read -r name; do
				[[ $stdout == *"${name% *}"* ]]
				# shellcheck disable=SC2086 # two words
				for option in $($program help $name |
				    sed -n 's/^  --\([a-z-]*\).*/\1/p'); do
					grep -qE -- "(--|-l )$option\b" \
					    <<<"$stdout"
				done
			done < <(listed $program | tr , '\n')
		done
	done
	refused 2 "no completion for that shell" "bash, zsh and fish" \
	    offline completion tcsh
}

@test "NO_COLOR or not, nothing is coloured where there is no terminal" {
	run on offline env NO_COLOR=1 gapseal-offline verify
	[[ $output != *$'\e'* ]]
	run on offline gapseal-offline verify
	[[ $output != *$'\e'* ]]
}

@test "a closed pipe ends a program with a message, not by a signal" {
	local status=0
	set +o pipefail
	{ offline help 2>"$CEREMONY/.stderr" || echo "$?" >"$CEREMONY/st"; } |
	    true
	# Quick readers may see all of it before the pipe is closed.
	[[ ! -e $CEREMONY/st || $(<"$CEREMONY/st") == 1 ]]
}

@test "a plan that anybody may have made cannot fill the memory" {
	local name
	rm -r "$CEREMONY/offline/state"
	head -c 16M /dev/zero | tr '\0' '[' >"$CEREMONY/deep"
	head -c 4194304 "$CEREMONY/deep" >"$CEREMONY/brackets"
	forge_bundle plan mallory "$dir/deep.gsb" <"$CEREMONY/deep"
	forge_bundle plan mallory "$dir/brackets.gsb" <"$CEREMONY/brackets"
	for name in inspect "inspect --json"; do
		refused 3 "a plan of 16777216 bytes, at most 4194304" \
		    "do not act on it" \
		    with_memory 200000 offline $name deep.gsb
	done
	assert_ok with_memory 200000 offline inspect brackets.gsb
	((${#stdout} > 4194304 && ${#stdout} < 4200000))
	rm "$CEREMONY"/{deep,brackets} "$CEREMONY/.stdout" "$CEREMONY/said"
}

# with_memory KIB COMMAND...: in that much of address space, unless the build
# is a sanitizer's, which wants all of it.
with_memory() {
	local kib=$1
	shift
	if [[ $BUILD == *asan* ]]; then
		"$@"
	else
		(ulimit -v "$kib" && "$@")
	fi
}

@test "inspect shows nothing that steers a terminal, as JSON neither" {
	local odd=$'\u009b31m\u202e\u007f\u200b\U000e0041'
	rm -r "$CEREMONY/offline/state"
	forge_bundle plan mallory "$dir/odd.gsb" \
	    <<<"{\"name\": \"café $odd\"}"
	assert_ok offline inspect odd.gsb --json
	assert_equal 0 "$(LC_ALL=C grep -c $'[\x7f]\|\xc2\x9b\|\xe2\x80\|\xf3' \
	    <<<"$stdout")"
	assert_equal "café $odd" "$(jq -r .statement.name <<<"$stdout")"
	[[ $stdout == *'\u009b31m\u202e\u007f\u200b\udb40\udc41'* ]]
	[[ $stdout == *café* ]]
	assert_ok offline inspect odd.gsb
	[[ $stdout == *'\xc2\x9b31m\xe2\x80\xae'* ]]
}

@test "neither program leaves a core file" {
	local program
	[[ $BUILD != *asan* ]] || skip "sanitizers want to be looked into"
	for program in offline online; do
		# It waits for a passphrase while it is looked at.
		mkfifo "$(in_dir $program)/fifo"
		on $program sh -c 'exec 3<>fifo
		    gapseal-'$program' identity zoe --passphrase-fd 3 3<&3 &
		    until grep -q "core file size *0 *0 " /proc/$!/limits; do
		        sleep 0.1; n=x$n; [ ${#n} -lt 50 ] || exit 9
		    done; echo "a pass phrase" >&3; wait $!'
	done
}
