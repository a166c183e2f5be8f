# Practice and real never meet: bundles, endpoints, authorities, variables.
# Whether a call was made is told by the stand-in's log or, for hosts that are
# not here, by a proxy that only counts who comes.

source "$BATS_TEST_DIRNAME/../lib/cli.bash"

setup_file() {
	begin_file && cloud_up && canary_up || return
	# Two machines more, where the real ceremony of that name is.
	machine offline-real online-real
	write_plan --wrap RSAES_OAEP_SHA_256 RSA_2048 &&
	    approve_and_anchor offline online || return
	real approve_and_anchor offline-real online-real
}

teardown_file() {
	end_file
	[[ ! -e $BATS_FILE_TMPDIR/canary.pid ]] ||
	    kill "$(<"$BATS_FILE_TMPDIR/canary.pid")"
}

setup() {
	begin_test
	real_dir=$(in_dir offline-real)
	control "$STANDIN_URL" log/reset '{}' >/dev/null
	: >"$BATS_FILE_TMPDIR/canary"
}

# The plan of the same name, but real; then COMMAND.
real() {
	write_plan --to "$(in_dir offline-real)/plan.json" --real \
	    --wrap RSAES_OAEP_SHA_256 RSA_2048 "${plan_more[@]}" && "$@"
}
plan_more=()

# A port that counts connections and answers none.
canary_up() {
	"$python" - "$BATS_FILE_TMPDIR" <<'END' 3>&- 4>&- &
import os, socket, sys
server = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1] + "/canary.pid", "w") as f:
    f.write(str(os.getpid()))
with open(sys.argv[1] + "/canary.new", "w") as f:
    f.write(str(server.getsockname()[1]))
os.rename(sys.argv[1] + "/canary.new", sys.argv[1] + "/canary.port")
while True:
    client, _ = server.accept()
    with open(sys.argv[1] + "/canary", "a") as f:
        f.write("somebody came\n")
    client.close()
END
	disown
	until [[ -s $BATS_FILE_TMPDIR/canary.port ]]; do
		sleep 0.02
	done
	CANARY=http://127.0.0.1:$(<"$BATS_FILE_TMPDIR/canary.port")
	export CANARY
}

# uncalled STATUS TEXT HINT COMMAND...
uncalled() {
	refused "$@"
	assert_equal '{}' "$(control "$STANDIN_URL" counts | jq -c .)"
	assert_equal '' "$(cat "$BATS_FILE_TMPDIR/canary")"
}

# real_request [NAME=VALUE...]: oscar asks; all ways out lead to the canary.
real_request() {
	on online-real env AWS_ACCESS_KEY_ID=AKIDOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=oscars-secret-key HTTPS_PROXY="$CANARY" \
	    https_proxy="$CANARY" "$@" gapseal-online request @oscar
}

practice_request() {
	on online env HTTPS_PROXY="$CANARY" https_proxy="$CANARY" "$@" \
	    gapseal-online request @oscar
}

# What oscar asks for in the ceremony in that directory.
forge_for() {
	forge request "$1/plan.gsb" "$CEREMONY/wrapping"
}

@test "a practice request is not taken in the real ceremony" {
	forge_for "$real_dir" |
	    forge_bundle request "oscar alice bob" "$real_dir/request.gsb"
	for verb in "cosign request.gsb" seal; do
		refused 3 "this request is from a practice ceremony, the plan" \
		    "practice and real never mix" on offline-real \
		    gapseal-offline $verb @alice \
		    --confirm "$(digest_of request.gsb offline-real)"
	done
}

@test "a real request is not taken in practice" {
	forge_for "$dir" | forge_bundle request "oscar alice bob" \
	    "$dir/request.gsb" --real
	for verb in "cosign request.gsb" seal; do
		refused 3 "this request is real, the plan is for practice" \
		    "practice and real never mix" on offline \
		    gapseal-offline $verb @alice \
		    --confirm "$(digest_of request.gsb)"
	done
}

@test "tokens, transfers and receipts neither, in both directions" {
	for kind in tokens transfer receipt; do
		for here in "online-real " "online --real"; do
			read -r machine option <<<"$here"
			# Signed by all who might: the side alone decides.
			forge_bundle $kind "oscar olga alice bob" \
			    "$(in_dir "$machine")/$kind.gsb" $option <<<'{}'
			refused 3 "practice met real" "do not act on" \
			    on $machine gapseal-online inspect $kind.gsb
			[[ $kind == transfer ]] || refused 3 "practice" \
			    "never mix" on $machine gapseal-online \
			    cosign $kind.gsb @oscar
		done
	done
}

@test "a practice plan is not the real one of its name, nor the reverse" {
	cp "$dir/plan.gsb" "$real_dir/plan.gsb"
	refused 3 "no practice plan is anchored on this machine" "plan anchor" \
	    on offline-real gapseal-offline seal @alice
	cp "$BATS_FILE_TMPDIR/base/offline-real/ceremony/plan.gsb" "$dir"
	refused 3 "no plan is anchored on this machine" "plan anchor" \
	    on offline gapseal-offline seal @alice
}

@test "a plan in the other side's container is refused" {
	forge_bundle plan "alice bob" "$dir/plan.gsb" --real <"$dir/plan.json"
	refused 3 "'plan.gsb': " "" on offline gapseal-offline plan anchor \
	    --confirm "$(digest_of plan.gsb)"
	forge_bundle plan "alice bob" "$real_dir/plan.gsb" \
	    <"$real_dir/plan.json"
	refused 3 "'plan.gsb': " "" on offline-real gapseal-offline \
	    plan anchor --confirm "$(digest_of plan.gsb offline-real)"
}

@test "a practice plan makes no call to a real cloud" {
	for host in kms.us-east-1.amazonaws.com sts.amazonaws.com \
	    kms.cn-north-1.amazonaws.com.cn KMS.US-EAST-1.AMAZONAWS.COM. \
	    api.heroku.com; do
		uncalled 3 "AWS_ENDPOINT_URL is refused: " "" \
		    practice_request AWS_ENDPOINT_URL="https://$host"
		[[ $stderr == *"is a real cloud"* || $host == *. ]]
	done
}

@test "nor by an option, nor to Heroku" {
	uncalled 3 "--endpoint-url is refused: the plan is for practice" \
	    "loopback" on online gapseal-online request @oscar \
	    --endpoint-url https://kms.us-east-1.amazonaws.com
	uncalled 3 "HEROKU_HOST is refused: the plan is for practice" \
	    "loopback" practice_request HEROKU_HOST=heroku.com
}

@test "practice talks to loopback and hosts that the plan names only" {
	uncalled 3 "would have to be loopback, or named in the plan" "" \
	    practice_request AWS_ENDPOINT_URL=http://192.0.2.1:4566
	uncalled 3 "would have to be loopback" "" \
	    practice_request AWS_ENDPOINT_URL=https://emulator.example
	uncalled 3 "AWS_ENDPOINT_URL is refused: it is not https://HOST" "" \
	    practice_request AWS_ENDPOINT_URL=http://127.0.0.1@evil.example
}

@test "practice without anything said makes no call" {
	rm "$CEREMONY/online/.environment"
	uncalled 3 "nothing says where its AWS is, so no call is made" \
	    "--endpoint-url http://127.0.0.1:PORT" practice_request \
	    AWS_ACCESS_KEY_ID=AKIDOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=oscars-secret-key
}

@test "a real plan goes to the public hosts, by TLS" {
	local status=0
	capture real_request || status=$?
	assert_equal 4 "$status"
	# The control of the canary: this time somebody came.
	grep -q "somebody came" "$BATS_FILE_TMPDIR/canary"
}

@test "a real plan follows no variable that says otherwise" {
	for name in AWS_ENDPOINT_URL AWS_ENDPOINT_URL_KMS \
	    AWS_ENDPOINT_URL_STS AWS_ENDPOINT_URL_S3; do
		uncalled 3 "$name is refused: it says '$STANDIN_URL'" \
		    "in a new version of the plan" \
		    real_request $name="$STANDIN_URL"
	done
	uncalled 3 "HEROKU_HOST is refused" "" \
	    real_request HEROKU_HOST="$STANDIN_URL"
	uncalled 3 "HEROKU_HOST is refused" "" \
	    real_request HEROKU_HOST=heroku.example
	uncalled 3 "AWS_USE_FIPS_ENDPOINT is refused" "name it in the plan" \
	    real_request AWS_USE_FIPS_ENDPOINT=true
	uncalled 3 "AWS_USE_DUALSTACK_ENDPOINT is refused" "" \
	    real_request AWS_USE_DUALSTACK_ENDPOINT=true
}

@test "nor an option, nor an authority of its own" {
	uncalled 3 "--endpoint-url is refused" "leave it out" \
	    on online-real env AWS_ACCESS_KEY_ID=AKIDOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=x gapseal-online request @oscar \
	    --endpoint-url "$STANDIN_URL"
	openssl req -x509 -newkey ed25519 -nodes -keyout /dev/null \
	    -subj /CN=ours -out "$CEREMONY/ca.pem" 2>/dev/null
	uncalled 3 "AWS_CA_BUNDLE is refused" "unset AWS_CA_BUNDLE" \
	    real_request AWS_CA_BUNDLE="$CEREMONY/ca.pem"
	uncalled 1 "AWS_CA_BUNDLE: cannot open '/nowhere.pem'" "" \
	    real_request AWS_CA_BUNDLE=/nowhere.pem
	uncalled 3 "--pace is for practice" "leave it out" \
	    on online-real env AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y \
	    gapseal-online request @oscar --pace 0
}

@test "a real plan cannot name plain http" {
	for url in http://127.0.0.1:8080 http://kms.internal.example; do
		plan_more=(--endpoint kms "$url")
		real refused 3 "'plan.json' is not a good plan" "" \
		    on offline-real gapseal-offline plan check plan.json
		grep -q "^error: endpoints.kms: " <<<"$stdout"
		forge_bundle plan "alice bob" "$real_dir/plan.gsb" --real \
		    <"$real_dir/plan.json"
		refused 3 "endpoints.kms" "" on offline-real gapseal-offline \
		    plan anchor --confirm "$(digest_of plan.gsb offline-real)"
	done
}

@test "a practice plan cannot name a real cloud" {
	write_plan --endpoint kms https://kms.us-east-1.amazonaws.com
	refused 3 "is not a good plan" "" \
	    on offline gapseal-offline plan check plan.json
	grep -q "^error: endpoints.kms: " <<<"$stdout"
}

@test "the container says practice, in magic and in signed type" {
	forge_for "$dir" | forge_bundle request oscar "$dir/request.gsb"
	assert_equal "GSP" "$(head -c 4 "$dir/plan.gsb" | tail -c 3)"
	assert_equal "GSB" "$(head -c 4 "$real_dir/plan.gsb" | tail -c 3)"
	on offline gapseal-offline export request.gsb --to out
	grep -aq "vnd.gapseal.practice.request.v1+json+gzip" \
	    "$dir/out/request.signed"
}
