# shellcheck shell=bash
#
# A ceremony for tests and the rehearsal: machines that share nothing, people,
# a plan, and what the people do, with the answers that they would type.
#
# Set CEREMONY to a directory of its own before sourcing; BUILD says which
# build is meant (default: build). Then, for example:
#
#   machine offline online
#   cloud_env online "$MINISTACK_URL"
#   write_plan --addon prod-us=payments-prod:payments-db
#   approve_and_anchor offline online
#   do_request && approve_request && do_seal && do_import && do_grant
#
# A machine is a directory, $CEREMONY/NAME: it is HOME there; ceremony/ is the
# ceremony's directory and state/ what the machine knows by itself. Machines
# whose name begins with "offline", and the offline program on any machine,
# run without a network, where the kernel lets us. Nobody has a terminal, and
# nobody inherits the environment. People are in plan_people.bash, what tests
# claim in asserts.bash.

ceremony_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ceremony_root=$(cd "$ceremony_lib/../.." && pwd)
: "${CEREMONY:?a directory for the machines of this ceremony}"
ceremony_bin=$(cd "$ceremony_root" && cd "${BUILD:-build}" && pwd)

# shellcheck source=tests/lib/plan_people.bash
source "$ceremony_lib/plan_people.bash"
# shellcheck source=tests/lib/asserts.bash
source "$ceremony_lib/asserts.bash"

# machine NAME...: an empty machine each.
machine() {
	local name
	for name; do
		mkdir -p "$(in_dir "$name")" "$CEREMONY/$name/tmp"
	done
	mkdir -p "$CEREMONY/paper"
}

# machine_env MACHINE NAME=VALUE...: what its shell has exported from now on.
machine_env() {
	local name=$1
	shift
	printf '%s\0' "$@" >>"$CEREMONY/$name/.environment"
}

# cloud_env MACHINE URL [ACCESS-KEY SECRET]: where AWS is played, and who acts.
cloud_env() {
	machine_env "$1" AWS_ENDPOINT_URL="$2" \
	    AWS_ACCESS_KEY_ID="${3:-111122223333}" \
	    AWS_SECRET_ACCESS_KEY="${4:-test}"
}

# heroku_env MACHINE URL: the double's own token.
heroku_env() {
	machine_env "$1" HEROKU_HOST="$2" \
	    HEROKU_API_KEY=HRKU-00000000-0000-0000-0000-000000000000
}

# in_dir MACHINE: the path of its ceremony directory; another one for another
# ceremony on the same machines, when ceremony_dir is set.
in_dir() {
	echo "$CEREMONY/$1/${ceremony_dir:-ceremony}"
}

# on MACHINE COMMAND...: run it there, in the ceremony directory. An argument
# @NAME is that person, --as ../NAME.key and the passphrase by a descriptor;
# +NAME is the passphrase alone. $ceremony_hook, when set, is told first.
on() {
	local machine=$1 word fd status=0
	local -a words=() fds=() env=() isolated=()
	shift
	for word; do
		if [[ $word != [@+][a-z]* ]]; then
			words+=("$word")
			continue
		fi
		exec {fd}<<<"$(passphrase "${word:1}")"
		fds+=("$fd")
		if [[ $word == @* ]]; then
			bring_key "$machine" "${word:1}" || return
			words+=(--as "../${word:1}.key")
		fi
		words+=(--passphrase-fd "$fd")
	done
	machine_environment "$machine"
	if [[ $machine == offline* || ${words[0]} == gapseal-offline ]]; then
		read -ra isolated <<<"$ceremony_isolation"
	fi
	[[ -z ${ceremony_hook-} ]] || "$ceremony_hook" "$machine" "${words[@]}"
	# A session of its own: nobody who runs the tests is asked anything.
	(cd "$(in_dir "$machine")" && exec setsid --wait "${isolated[@]}" \
	    env -i "${env[@]}" "${words[@]}") || status=$?
	for fd in "${fds[@]}"; do
		exec {fd}<&-
	done
	return "$status"
}

# What `on` has in env: of the caller's, only what sanitizers look at.
machine_environment() {
	local home=$CEREMONY/$1 name
	env=(HOME="$home" XDG_STATE_HOME="$home/state" TMPDIR="$home/tmp"
	    PATH="$ceremony_bin:$ceremony_root/.venv/bin:$ceremony_path"
	    LANG=C.UTF-8 AWS_EC2_METADATA_DISABLED=true)
	for name in ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS; do
		[[ ! -v $name ]] || env+=("$name=${!name}")
	done
	[[ ! -e $home/.environment ]] ||
	    mapfile -d '' -O "${#env[@]}" -t env <"$home/.environment"
}

# How a command is kept from the network here; nothing where a plain user may
# not make a namespace. Found once, also for scripts that are started by us.
find_isolation() {
	local try
	[[ ! -v ceremony_isolation ]] || return 0
	for try in 'unshare --net' 'unshare --map-current-user --net' ''; do
		ceremony_isolation=$try
		# shellcheck disable=SC2086 # words
		! $try true 2>/dev/null || break
	done
	export ceremony_isolation
	[[ -n $ceremony_isolation ]] ||
	    echo 'no network namespace may be made here: the offline program' \
	        'has to run beside the network' >&2
}
ceremony_path=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
find_isolation

# carry FROM TO FILE...: a stick goes from one ceremony directory to another.
# What crossed is written to $CEREMONY/crossed: from, to, name, size, SHA-256.
carry() {
	local from=$1 to=$2 file sum
	shift 2
	for file; do
		cp "$(in_dir "$from")/$file" "$(in_dir "$to")/$file" || return
		sum=$(file_sha256 "$from" "$file")
		printf '%s\t%s\t%s\t%s\t%s\n' "$from" "$to" "$file" \
		    "$(stat -c %s "$(in_dir "$from")/$file")" "$sum" \
		    >>"$CEREMONY/crossed"
	done
}

# Paper is what people carry in their hands: one machine's output, another's
# --confirm.   note WHAT DIGEST      paper WHAT
note() {
	[[ $2 =~ ^[0-9a-f]{64}$ ]] || {
		echo "ceremony: '$2' is no digest of the $1" >&2
		return 1
	}
	echo "$2" >"$CEREMONY/paper/$1"
}

paper() {
	cat "$CEREMONY/paper/$1"
}

# file_sha256 MACHINE FILE
file_sha256() {
	local sum
	sum=$(sha256sum <"$(in_dir "$1")/$2") && echo "${sum%% *}"
}

# The steps, as people do them. Each notes the digest that it prints.

# approve_and_anchor OFFLINE [MACHINE...]: both officers, then every machine.
approve_and_anchor() {
	local first=$1 machine digest
	digest=$(file_sha256 "$first" plan.json) || return
	on "$first" gapseal-offline plan approve plan.json @alice \
	    --confirm "$digest" >/dev/null || return
	digest=$(on "$first" gapseal-offline plan approve plan.json @bob \
	    --confirm "$digest") || return
	note plan "$digest" || return
	for machine; do
		[[ $machine == "$first" ]] ||
		    carry "$first" "$machine" plan.gsb || return
		do_anchor "$machine" || return
	done
}

# do_anchor MACHINE: by the words on the paper.
do_anchor() {
	on "$1" "$(program_of "$1")" plan anchor --confirm "$(paper plan)" \
	    >/dev/null
}

program_of() {
	[[ $1 == offline* ]] && echo gapseal-offline || echo gapseal-online
}

# do_request [MACHINE PERSON [OPTION...]]; the request is then in the room.
do_request() {
	local machine=${1:-online} person=${2:-oscar} digest
	digest=$(on "$machine" gapseal-online request "@$person" "${@:3}") ||
	    return
	note request "$digest" && carry "$machine" offline request.gsb
}

# approve_request [PERSON...]: in the room, against the operator's paper.
approve_request() {
	local person
	(($#)) || set -- alice bob
	for person; do
		on offline gapseal-offline cosign request.gsb "@$person" \
		    --confirm "$(paper request)" || return
	done
}

# do_seal [OPTION...]: alice seals, bob signs the transfer too.
do_seal() {
	local digest
	digest=$(on offline gapseal-offline seal @alice \
	    --confirm "$(paper request)" "$@") || return
	note transfer "$digest" || return
	on offline gapseal-offline cosign transfer.gsb @bob --confirm "$digest"
}

# do_import [MACHINE PERSON [OPTION...]]: after carrying what leaves the room.
do_import() {
	local machine=${1:-online} person=${2:-oscar}
	carry offline "$machine" transfer.gsb request.gsb || return
	on "$machine" gapseal-online import "@$person" \
	    --confirm "$(paper transfer)" "${@:3}"
}

# do_grant [MACHINE PERSON [OPTION...]]: look first, then confirm just that.
do_grant() {
	local machine=${1:-online} person=${2:-oscar} digest status=0
	digest=$(on "$machine" gapseal-online grant "@$person" --json \
	    "${@:3}") || status=$?
	((status == 0 || status == 2)) || return "$status"
	digest=$(jq -er .sha256 <<<"$digest") || return
	on "$machine" gapseal-online grant "@$person" --confirm "$digest" \
	    "${@:3}"
}
