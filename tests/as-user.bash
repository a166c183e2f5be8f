#!/usr/bin/env bash
# The command-line tests once more, as an unprivileged user with the default
# 8 MiB of lockable memory: root hides mistakes of permission and of memory.
#
#   as-user.bash OUT       called by run.bash, which reads the TAP in OUT
set -eu
out=$1
cd "$(dirname "$0")/.."

if ((EUID != 0)); then
	echo "ok - the command-line tests run as this plain user already" \
	    >"$out/user.tap"
	exit 0
fi

# The checkout may lie where only root can look: show it under another name,
# in a mount namespace that ends with us, or copy it where there is none (as
# inside a chroot).
stage=$(mktemp -d "${TMPDIR:-/tmp}/gapseal-user-XXXXXX")
trap 'rm -rf --one-file-system "$stage"' EXIT
chmod 755 "$stage"
mkdir "$stage/project" "$stage/home"
chown 65534:65534 "$stage/home" "$out"

# shellcheck disable=SC2016 # for the inner shell
run='cd "$GAPSEAL_STAGE/project"
	exec setpriv --reuid=65534 --regid=65534 --clear-groups \
	    prlimit --memlock=8388608:8388608 \
	    env -u XDG_STATE_HOME HOME="$GAPSEAL_STAGE/home" \
	    GAPSEAL_INSIDE="$GAPSEAL_OUT" bash tests/run.bash "$BUILD" cli'
export GAPSEAL_STAGE=$stage GAPSEAL_OUT=$out

if unshare --mount --propagation private true 2>/dev/null; then
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount --propagation private bash -eu -c \
	    'mount --bind "$PWD" "$GAPSEAL_STAGE/project"; '"$run"
else
	tar --exclude=./.git --exclude='./build-*' -cf - . |
	    tar -xf - -C "$stage/project"
	bash -eu -c "$run"
fi
