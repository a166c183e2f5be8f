# shellcheck shell=bash
#
# Real servers for tests and the rehearsal: MiniStack (AWS) and OpenBao (Vault).
# They listen on 127.0.0.1 only and keep all they write under DIR: NAME.pid,
# NAME.log, and NAME/ as their home. Nothing of the caller's environment (his
# credentials, his proxies) reaches them.
#
#   start_ministack DIR [NAME=VALUE...]  more environment for it, as AUTH=true
#   start_bao DIR [OPTION...]            more options for it, as -dev-tls
#   stop_servers DIR                     returns when both are gone
#   free_port                            prints one; the next is free as well
#
# start_* return 1 and say why when there is no server. Call them in the shell
# that is to use the server, not by bats' run: they export MINISTACK_URL, or
# BAO_ADDR and BAO_TOKEN, and the server ends at the latest with that shell.

peers_bin=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.venv/bin

start_ministack() {
	local dir port no_443=()
	dir=$(server_dir "$1" ministack) || return
	shift
	# With USE_SSL=1 it takes port 443 as well, if allowed to.
	((EUID)) || no_443=(setpriv --bounding-set=-net_bind_service
		--inh-caps=-net_bind_service)
	for _ in {1..10}; do
		port=$(free_port) || return
		if server_launch "$dir" ministack 'Running on http' \
		    BIND_HOST=127.0.0.1 GATEWAY_PORT="$port" \
		    IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$@" \
		    "${no_443[@]}" "$peers_bin/ministack"; then
			MINISTACK_URL=$(sed -n 's/.*Running on \([^ ]*\).*/\1/p' \
			    "$dir/ministack.log" | head -n 1)
			export MINISTACK_URL
			server_answers "$MINISTACK_URL/_ministack/health"
			return
		fi
		server_clashed "$dir/ministack.log" || break
	done
	server_failed "$dir/ministack.log"
}

start_bao() {
	local dir port
	dir=$(server_dir "$1" bao) || return
	shift
	for _ in {1..10}; do
		port=$(free_port) || return
		if server_launch "$dir" bao 'OpenBao server started' \
		    "$peers_bin/bao" server -dev -dev-root-token-id=root \
		    -dev-no-store-token \
		    -dev-listen-address="127.0.0.1:$port" "$@"; then
			BAO_ADDR=$(sed -n 's/^ *Api Address: //p' "$dir/bao.log")
			BAO_TOKEN=root
			export BAO_ADDR BAO_TOKEN
			server_answers "$BAO_ADDR/v1/sys/health"
			return
		fi
		server_clashed "$dir/bao.log" || break
	done
	server_failed "$dir/bao.log"
}

stop_servers() {
	local dir
	dir=$(cd "$1" 2>/dev/null && pwd -P) || return 0
	server_signal "$dir" ministack TERM
	server_signal "$dir" bao TERM
	server_wait "$dir" ministack
	server_wait "$dir" bao
}

# Below the range from which the kernel serves clients: else any connection of
# a test running beside us might take the port before the server does.
free_port() {
	local port
	for _ in {1..100}; do
		port=$((10000 + SRANDOM % 20000))
		if ! port_in_use "$port" && ! port_in_use $((port + 1)); then
			echo "$port"
			return
		fi
	done
	echo 'no free port from 10000 to 30000' >&2
	return 1
}

# Look, do not connect: that would disturb whoever listens there.
port_in_use() {
	grep -qs "^ *[0-9]*: [0-9A-F]*:$(printf %04X "$1") " \
	    /proc/net/tcp /proc/net/tcp6
}

# The rest is for the functions above only.

# Make DIR ready for a new server NAME and print its absolute path.
server_dir() {
	if [[ ! -x $peers_bin/$2 ]]; then
		echo "no $2 here: run ./bootstrap" >&2
		return 1
	fi
	mkdir -p "$1/$2" && cd -P "$1" || return
	server_signal "$PWD" "$2" TERM
	server_wait "$PWD" "$2"
	pwd
}

# server_launch DIR NAME READY [NAME=VALUE...] COMMAND...
# Wait until its own log says READY: on a clash a stranger answers at the port.
server_launch() {
	local dir=$1 name=$2 ready=$3 pid
	shift 3
	: >"$dir/$name.log"
	setpriv --pdeathsig TERM env -i --chdir="$dir/$name" \
	    HOME="$dir/$name" TMPDIR="$dir/$name" PATH=/usr/bin:/bin \
	    LANG=C.UTF-8 "$@" \
	    </dev/null >"$dir/$name.log" 2>&1 3>&- 4>&- &
	pid=$!
	disown "$pid"
	echo "$pid" >"$dir/$name.pid"
	for _ in {1..600}; do
		grep -q "$ready" "$dir/$name.log" && return
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.05
	done
	kill -KILL "$pid" 2>/dev/null || true
	rm -f "$dir/$name.pid"
	return 1
}

server_clashed() {
	grep -qi 'already in use' "$1"
}

server_answers() {
	curl --silent --show-error --fail --insecure --noproxy '*' \
	    --retry 5 --retry-connrefused --max-time 30 --output /dev/null "$1"
}

server_failed() {
	echo "no server; the end of $1:" >&2
	tail -n 5 "$1" >&2
	return 1
}

# Is the process of the pid file still our server, not another of its number?
server_alive() {
	local pid
	pid=$(cat "$1/$2.pid" 2>/dev/null) &&
	    grep -qszxF "HOME=$1/$2" "/proc/$pid/environ"
}

server_signal() {
	if server_alive "$1" "$2"; then
		kill -s "$3" "$(cat "$1/$2.pid")" 2>/dev/null || true
	fi
}

server_wait() {
	for _ in {1..100}; do
		server_alive "$1" "$2" || break
		sleep 0.05
	done
	server_signal "$1" "$2" KILL
	rm -f "$1/$2.pid"
}
