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

# The checkout may lie where only root can look, and the scripts of the venv
# name it in their first line: work on a copy, without what is not needed.
stage=$(mktemp -d "${TMPDIR:-/tmp}/gapseal-user-XXXXXX")
trap 'rm -rf --one-file-system "$stage"' EXIT
chmod 755 "$stage"
mkdir "$stage/project" "$stage/home"
chown 65534:65534 "$stage/home" "$out"
tar --exclude=./.git --exclude='./build-*' --exclude=./.venv/bin/bao -cf - . |
    tar -xf - -C "$stage/project"
cd "$stage/project"
if [[ -d .venv/bin ]]; then
	grep -d skip -lIE '^#!.*/\.venv/bin/python' .venv/bin/* | xargs -r \
	    sed -i "1s|^#!.*/\.venv/bin/|#!$stage/project/.venv/bin/|"
fi

setpriv --reuid=65534 --regid=65534 --clear-groups \
    prlimit --memlock=8388608:8388608 \
    env -u XDG_STATE_HOME HOME="$stage/home" GAPSEAL_INSIDE="$out" \
    bash tests/run.bash "$BUILD" cli
