#!/usr/bin/env bash
# make bench: starts the peers, runs the bench, stops them.
#
#   run.bash BUILD
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/peers/servers.bash
. tests/peers/servers.bash

work=$(mktemp -d "${TMPDIR:-/tmp}/gapseal-bench-XXXXXX")
heroku=''
leave() {
	stop_servers "$work"
	[[ -z $heroku ]] || kill "$heroku" 2>/dev/null || true
	rm -rf "$work"
}
trap leave EXIT

start_ministack "$work"
.venv/bin/python tests/peers/heroku_double.py --port-file "$work/heroku.port" &
heroku=$!
for _ in {1..50}; do
	[[ -s $work/heroku.port ]] && break
	sleep 0.1
done
HEROKU_URL=http://127.0.0.1:$(cat "$work/heroku.port")
export HEROKU_URL
/usr/bin/python3 tests/bench/run.py "$1" "$MINISTACK_URL" "$work"
