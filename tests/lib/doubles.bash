# shellcheck shell=bash
#
# The doubles of tests/peers, started for a test: each on a free port of
# 127.0.0.1, its files under DIR.
#
#   start_heroku DIR [OPTION...]    exports HEROKU_URL
#   start_standin DIR [OPTION...]   exports STANDIN_URL, the strict AWS
#   control URL PATH [JSON]         what tests/peers/README.md lists
#   stop_doubles DIR
#
# They end with the shell that started them, at the latest: do not start them
# by bats' run or in $(...).

doubles_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

start_heroku() {
	double_launch HEROKU_URL heroku_double "$@"
}

start_standin() {
	double_launch STANDIN_URL kms_standin "$@"
}

control() {
	curl --silent --show-error --fail --noproxy '*' --max-time 30 \
	    ${3+--data "$3"} "$1/_control/$2"
}

stop_doubles() {
	local file pid
	for file in "$1"/*.double; do
		[[ -e $file ]] || continue
		pid=$(<"$file")
		if grep -qsz -- "$file" "/proc/$pid/cmdline"; then
			kill "$pid" 2>/dev/null || true
			for _ in {1..100}; do
				[[ -e /proc/$pid ]] || break
				sleep 0.02
			done
		fi
		rm -f "$file" "${file%.double}.port"
	done
}

# double_launch VARIABLE PROGRAM DIR [OPTION...]: export its URL when ready.
double_launch() {
	local variable=$1 program=$2 dir scheme=http
	mkdir -p "$3" && dir=$(cd "$3" && pwd) || return
	shift 3
	[[ " $* " != *" --cert "* ]] || scheme=https
	rm -f "$dir/$program.port"
	setpriv --pdeathsig TERM env -i PATH=/usr/bin:/bin LANG=C.UTF-8 \
	    "$doubles_root/.venv/bin/python" \
	    "$doubles_root/tests/peers/$program.py" \
	    --port-file "$dir/$program.port" --pid-file "$dir/$program.double" \
	    "$@" </dev/null >"$dir/$program.log" 2>&1 3>&- 4>&- &
	disown
	for _ in {1..300}; do
		[[ -s $dir/$program.port ]] && break
		kill -0 $! 2>/dev/null || break
		sleep 0.05
	done
	if [[ ! -s $dir/$program.port ]]; then
		echo "no $program; the end of $dir/$program.log:" >&2
		tail -n 5 "$dir/$program.log" >&2
		return 1
	fi
	export "$variable=$scheme://127.0.0.1:$(<"$dir/$program.port")"
}
