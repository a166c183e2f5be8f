# Who we are, and by which way we get there: credentials and signatures, the
# account, TLS and proxies, the pace of a quota, and a clock that is wrong. The
# stand-in checks every signature by itself.

source "$BATS_TEST_DIRNAME/../lib/peers.bash"
# shellcheck source=tests/lib/repeat.bash
source "$GAPSEAL_TOP/tests/lib/repeat.bash"

setup_file() {
	begin_repeat_file
	authority ca
	authority other-ca
}

setup() {
	another
	cd "$BATS_TEST_TMPDIR"
	home=$CEREMONY/online
}

teardown_file() {
	end_file
}

# environment NAME=VALUE...: what the operator's shell has, and no more.
environment() {
	rm "$home/.environment"
	machine_env online AWS_ENDPOINT_URL="$STANDIN_URL" "$@"
}

# Whom of ours the stand-in saw, each once.
seen() {
	control "$STANDIN_URL" log | jq -r '[.calls[].principal |
	    select(contains(":021876802972:") | not)] | unique | join(" ")'
}

all_calls() {
	control "$STANDIN_URL" log | jq '.calls | length'
}

user=arn:aws:iam::111122223333:user
role=arn:aws:sts::111122223333:assumed-role

# Credentials --------------------------------------------------------------

@test "keys of the environment, with and without a session token" {
	environment AWS_ACCESS_KEY_ID=AKIDOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=oscars-secret-key
	assert_ok request
	assert_equal $user/oscar "$(seen)"
	another
	environment AWS_ACCESS_KEY_ID=ASIAOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=oscars-role-key \
	    AWS_SESSION_TOKEN=TOKEN/OF+OSCAR==
	assert_ok request
	assert_equal $role/ceremony/oscar "$(seen)"
	statement request.gsb '.targets[0].requested_by' >by
	assert_equal $role/ceremony/oscar "$(<by)"
}

@test "a session token signs the whole ceremony" {
	environment AWS_ACCESS_KEY_ID=ASIAOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=oscars-role-key \
	    AWS_SESSION_TOKEN=TOKEN/OF+OSCAR== HEROKU_HOST="$HEROKU_URL" \
	    HEROKU_API_KEY=HRKU-00000000-0000-0000-0000-000000000000
	an_import
	assert_ok grant
	assert_equal $role/ceremony/oscar "$(seen)"
}

@test "AWS_PROFILE chooses from the shared files" {
	mkdir "$home/.aws"
	cat >"$home/.aws/credentials" <<-'END'
		[default]
		aws_access_key_id = AKIDNOBODYEXAMPLE0
		aws_secret_access_key = nobodys-secret-key
		[ceremony]
		aws_access_key_id=AKIDOLGA00EXAMPLE0
		aws_secret_access_key=olgas-secret-key
	END
	environment AWS_PROFILE=ceremony
	assert_ok request
	assert_equal $user/olga "$(seen)"
	# Keys of the environment count for more, as with AWS's own tools.
	another
	environment AWS_PROFILE=ceremony \
	    AWS_ACCESS_KEY_ID=AKIDOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=oscars-secret-key
	assert_ok request
	assert_equal $user/oscar "$(seen)"
}

@test "AWS_PROFILE that is not there is no reason for another one" {
	mkdir "$home/.aws"
	printf '%s\n' '[default]' aws_access_key_id=AKIDOSCAR0EXAMPLE0 \
	    aws_secret_access_key=oscars-secret-key >"$home/.aws/credentials"
	environment AWS_PROFILE=cermony
	assert_refused 1 "cermony" "" request
	assert_equal 0 "$(all_calls)"
}

# bridge COMMAND: the profile that the environment names asks that program.
bridge() {
	mkdir -p "$home/.aws"
	printf '%s\n' '[profile bridge]' "credential_process = $*" \
	    >"$home/.aws/config"
	environment AWS_PROFILE=bridge
}

@test "credential_process is asked" {
	cat >"$home/tmp/keys.json" <<-'END'
		{"Version": 1, "AccessKeyId": "ASIAOLGA00EXAMPLE0",
		 "SecretAccessKey": "olgas-role-key",
		 "SessionToken": "TOKEN/OF+OLGA==",
		 "Expiration": "2099-01-01T00:00:00Z"}
	END
	bridge cat "$home/tmp/keys.json"
	assert_ok request
	assert_equal $role/ceremony-import/olga "$(seen)"
}

@test "credential_process that fails is shown, and nothing is called" {
	bridge sh -c "'echo the sign-on has ended >&2; exit 3'"
	assert_refused 1 "profile 'bridge': 'sh' failed with status 3" \
	    "its own words are above" request
	assert_says "the sign-on has ended"
	bridge echo "'{\"Version\": 2}'"
	assert_refused 1 "Version" "" request
	bridge "$home/tmp/no-such-program"
	assert_refused 1 "no-such-program" "" request
	assert_equal 0 "$(all_calls)"
}

@test "a profile that wants a sign-on is refused with the bridge to it" {
	mkdir "$home/.aws"
	printf '%s\n' '[profile sso]' sso_session=bank sso_account_id=1 \
	    >"$home/.aws/config"
	environment AWS_PROFILE=sso
	assert_refused 1 "" "aws configure export-credentials" request
	assert_equal 0 "$(all_calls)"
}

@test "no credentials: exit status 1 and where to put them" {
	environment
	assert_refused 1 "no AWS credentials" "AWS_PROFILE" request
	assert_equal 0 "$(all_calls)"
}

@test "credentials that end soon are not begun with" {
	environment AWS_ACCESS_KEY_ID=ASIAOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=oscars-role-key \
	    AWS_SESSION_TOKEN=TOKEN/OF+OSCAR== \
	    AWS_CREDENTIAL_EXPIRATION=2020-01-01T00:00:00Z
	assert_refused 1 "expired at 2020-01-01T00:00:00Z" \
	    "get new ones" request
	assert_equal 0 "$(all_calls)"
}

@test "credentials that AWS takes for expired: it says so" {
	environment AWS_ACCESS_KEY_ID=ASIAEXPIREDEXAMPLE \
	    AWS_SECRET_ACCESS_KEY=expired-role-key \
	    AWS_SESSION_TOKEN=TOKEN/EXPIRED==
	assert_refused 4 "GetCallerIdentity: ExpiredToken" \
	    "get new credentials" request
}

@test "a wrong secret, key id or token: AWS refuses, no secret is shown" {
	environment AWS_ACCESS_KEY_ID=AKIDOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=a-wrong-secret-key
	assert_refused 4 "SignatureDoesNotMatch" \
	    "check the secret access key" request
	[[ $stderr != *a-wrong-secret-key* ]]
	environment AWS_ACCESS_KEY_ID=AKIDUNKNOWNEXAMPLE \
	    AWS_SECRET_ACCESS_KEY=oscars-secret-key
	assert_refused 4 "InvalidClientTokenId" "check the credentials" request
	environment AWS_ACCESS_KEY_ID=ASIAOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=oscars-role-key \
	    AWS_SESSION_TOKEN=TOKEN/OF+OLGA==
	assert_refused 4 "GetCallerIdentity" "" request
	[[ $stderr != *TOKEN/OF* ]]
	assert_equal 0 "$(cloud '.keys | length')"
}

@test "credentials of another account: refused before anything is made" {
	environment AWS_ACCESS_KEY_ID=AKIDMALLORYEXAMPLE \
	    AWS_SECRET_ACCESS_KEY=mallorys-secret-key
	assert_refused 3 "'prod-us' is in account 111122223333" \
	    "a profile of account 111122223333" request
	assert_equal "1 1" "$(all_calls) $(calls GetCallerIdentity)"
	another
	a_transfer
	environment AWS_ACCESS_KEY_ID=AKIDMALLORYEXAMPLE \
	    AWS_SECRET_ACCESS_KEY=mallorys-secret-key
	assert_refused 3 "'prod-us' is in account 111122223333" "" import
	assert_equal 0 "$(calls ImportKeyMaterial)"
}

@test "a principal without rights: refused with what is missing" {
	environment AWS_ACCESS_KEY_ID=AKIDNOBODYEXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=nobodys-secret-key
	assert_refused 4 "AccessDeniedException" "lack the right" request
	assert_equal 0 "$(cloud '.keys | length')"
}

# Clock and pace -----------------------------------------------------------

@test "a clock that is an hour wrong is corrected once, with a warning" {
	control "$STANDIN_URL" clock '{"advance": 3600}' >/dev/null
	assert_ok request
	assert_tells "WARNING: this machine's clock is 3600 s behind AWS's"
	assert_equal "2 1 1" "$(calls GetCallerIdentity) $(calls CreateKey) \
$(calls GetParametersForImport)"
	# The request is dated by AWS.
	statement request.gsb '.made | fromdate' >made
	(($(<made) > $(date +%s) + 3000))
}

@test "a signature that stays wrong is not signed for ever" {
	control "$STANDIN_URL" clock '{"advance": 3600}' >/dev/null
	fault '{"operation": "GetCallerIdentity", "fault": "error", "times": 0,
	    "type": "SignatureDoesNotMatch", "status": 403}'
	assert_refused 4 "SignatureDoesNotMatch" "" request
	assert_equal 2 "$(calls GetCallerIdentity)"
}

# The quota is one call in four seconds for an account and Region.
@test "the pace of GetParametersForImport is kept in a real ceremony" {
	real_by_proxy --target prod-b us-east-1 --target prod-c us-east-1 \
	    --target prod-eu eu-central-1
	control "$STANDIN_URL" settings \
	    '{"quota": {"GetParametersForImport": 4}}' >/dev/null
	SECONDS=0
	assert_ok on online gapseal-online request @oscar
	# Two waits of 4 s; how much longer is the machine's matter.
	((SECONDS >= 8))
	assert_equal "4 true" "$(control "$STANDIN_URL" \
	    'log?operation=GetParametersForImport' |
	    jq -r '.calls | "\(length) \(all(.status == 200))"')"
}

@test "the pace is nobody's to change in a real ceremony" {
	real_by_proxy
	assert_refused 3 "--pace is for practice" "leave it out" request
	assert_equal 0 "$(all_calls)"
}

# TLS and proxies ----------------------------------------------------------

# authority NAME: an own one, with certificates for one server.
authority() {
	local ca=$BATS_FILE_TMPDIR/$1
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$ca.key" \
	    -out "$ca.pem" -subj "/CN=$1" -days 30 2>/dev/null
	[[ $1 == ca ]] || return 0
	openssl req -newkey rsa:2048 -nodes -subj /CN=test \
	    -keyout "$BATS_FILE_TMPDIR/leaf.key" \
	    -out "$BATS_FILE_TMPDIR/leaf.csr" 2>/dev/null
	certificate good 30 IP:127.0.0.1,DNS:kms.us-east-1.bank.test,\
DNS:kms.eu-central-1.bank.test
	certificate expired -1 IP:127.0.0.1
	certificate elsewhere 30 DNS:elsewhere.test
}

certificate() {
	local ca=$BATS_FILE_TMPDIR/ca
	openssl x509 -req -in "$BATS_FILE_TMPDIR/leaf.csr" -CA "$ca.pem" \
	    -CAkey "$ca.key" -CAcreateserial -days "$2" \
	    -extfile <(echo "subjectAltName=$3") \
	    -out "$BATS_FILE_TMPDIR/$1.pem" 2>/dev/null
}

# tls_standin CERTIFICATE: for this test, at $STANDIN_URL.
tls_standin() {
	mkdir -p tls
	start_standin tls "${standin_rsa[@]}" \
	    --cert "$BATS_FILE_TMPDIR/$1.pem" --key "$BATS_FILE_TMPDIR/leaf.key"
}

control() {
	curl --silent --show-error --fail --insecure --noproxy '*' \
	    --max-time 30 ${3+--data "$3"} "$1/_control/$2"
}

oscar=(AWS_ACCESS_KEY_ID=AKIDOSCAR0EXAMPLE0
	AWS_SECRET_ACCESS_KEY=oscars-secret-key)

teardown() {
	stop_doubles tls
	[[ ! -e proxy.pid ]] || kill "$(<proxy.pid)"
}

@test "TLS: a certificate of the authority that was given is good" {
	tls_standin good
	environment "${oscar[@]}" AWS_CA_BUNDLE="$BATS_FILE_TMPDIR/ca.pem"
	assert_ok request
	assert_equal $user/oscar "$(seen)"
}

# refused_by_tls CERTIFICATE REASON NAME=VALUE...
refused_by_tls() {
	tls_standin "$1"
	environment "${oscar[@]}" "${@:3}"
	assert_refused 4 "$2" "somebody may be in between" request
	assert_equal 0 "$(all_calls)"
	stop_doubles tls
}

@test "TLS: wrong host, expired, unknown authority are refused" {
	local ca=AWS_CA_BUNDLE=$BATS_FILE_TMPDIR/ca.pem
	refused_by_tls elsewhere "no answer from 'https://127.0.0.1" "$ca"
	refused_by_tls expired "certificate has expired" "$ca"
	refused_by_tls good "unable to get local issuer certificate"
	refused_by_tls good "unable to get local issuer certificate" \
	    AWS_CA_BUNDLE="$BATS_FILE_TMPDIR/other-ca.pem"
}

# start_proxy [OPTION]: leads all hosts to the stand-in, on $proxy.
start_proxy() {
	rm -f proxy.port
	setpriv --pdeathsig TERM "$python" \
	    "$GAPSEAL_TOP/tests/lib/connect_proxy.py" --to "${STANDIN_URL##*:}" \
	    --port-file proxy.port --log proxy.log "$@" 3>&- &
	echo $! >proxy.pid
	for _ in {1..100}; do
		[[ ! -s proxy.port ]] || break
		sleep 0.05
	done
	proxy=http://127.0.0.1:$(<proxy.port)
}

# real_by_proxy [WRITE-PLAN-OPTION...]: a real plan whose hosts only the proxy
# can find.
real_by_proxy() {
	tls_standin good
	start_proxy
	rm "$CEREMONY"/o*/ceremony/plan.gsb
	planned --real --name elsewhere \
	    --endpoint kms 'https://kms.{region}.bank.test' \
	    --endpoint sts 'https://kms.{region}.bank.test' \
	    --endpoint ca_sha256 \
	        "$(sha256sum <"$BATS_FILE_TMPDIR/ca.pem" | cut -c 1-64)" "$@"
	rm "$home/.environment"
	machine_env online "${oscar[@]}" HTTPS_PROXY="$proxy" \
	    AWS_CA_BUNDLE="$BATS_FILE_TMPDIR/ca.pem"
}

@test "HTTPS_PROXY: the way to KMS, which TLS guards all the way" {
	real_by_proxy
	assert_ok on online gapseal-online request @oscar
	assert_equal kms.us-east-1.bank.test:443 "$(sort -u proxy.log)"
	assert_equal $user/oscar "$(seen)"
}

@test "HTTPS_PROXY: one that refuses or is gone is named in the hint" {
	real_by_proxy
	kill "$(<proxy.pid)"
	assert_refused 4 "no answer from 'https://kms.us-east-1.bank.test" \
	    "HTTPS_PROXY" on online gapseal-online request @oscar
	start_proxy --refuse
	machine_env online HTTPS_PROXY="$proxy"
	assert_refused 4 "no answer from 'https://kms.us-east-1.bank.test" "" \
	    on online gapseal-online request @oscar
	assert_equal 0 "$(all_calls)"
}

@test "HTTPS_PROXY: none leads from here to here" {
	tls_standin good
	environment "${oscar[@]}" HTTPS_PROXY=http://127.0.0.1:9 \
	    AWS_CA_BUNDLE="$BATS_FILE_TMPDIR/ca.pem"
	assert_ok request
}
