#!/bin/sh
# offline/ -> bundle-format/ <- online/, and common/ for all: what include
# paths cannot show. The offline program imports no network call; the online
# program has no code that wraps or makes keys; neither calls what it may not.
#
#   dependency-rule.sh BUILD
set -eu
build=$1
fail=0

# deny PATTERN FILE...: no file may include what matches.
deny() {
	pattern=$1
	shift
	if grep -nE "#include [<\"]$pattern" "$@"; then
		echo "these must not include $pattern" >&2
		fail=1
	fi
}

# The Makefile's table is a list of folders to look in: a path goes round it.
if grep -nE '#include "[^"]*/' common/*.[ch] bundle-format/*.[ch] \
    bundle-format/verbs/*.[ch] offline/*.[ch] online/*.[ch]; then
	echo "our headers are included by their names, without a path" >&2
	fail=1
fi

network='(curl/|sys/socket|netdb|netinet/|arpa/|sys/un\.h|net/)'
deny "$network" common/*.[ch] bundle-format/*.[ch] bundle-format/verbs/*.[ch] \
    offline/*.[ch]
deny '(file|talk|tty|cmd|ceremony|journal|state)\.h' \
    bundle-format/*.[ch]

# Bytes in, bytes out: formatting text needs stdio's header, files do not.
if grep -nE '\b(fopen|open|fprintf|printf|getenv|time|clock_now)\(' \
    bundle-format/*.c; then
	echo "bundle-format/ outside verbs/ opens no file and reads no clock" >&2
	fail=1
fi

# One file each knows the libraries behind it.
only() { # only PATTERN FILE...: just these may include it
	pattern=$1
	shift
	found=$(grep -lE "#include <$pattern" common/*.[ch] bundle-format/*.[ch] \
	    bundle-format/verbs/*.[ch] offline/*.[ch] online/*.[ch] || true)
	for f in $found; do
		case " $* " in
		*" $f "*) ;;
		*)
			echo "$f must not include <$pattern" >&2
			fail=1
			;;
		esac
	done
}
only 'curl/' online/http.c
only 'cJSON' common/json.c common/json_want.c
only 'zlib' bundle-format/gzip.c
only 'seccomp' offline/sandbox.c

# The program of the room: no libcurl, and none of our objects imports a call
# of the network. (libcrypto contains socket code; the filter sees to that.)
if ldd "$build/gapseal-offline" | grep -E 'libcurl|libssl|libresolv'; then
	echo "gapseal-offline links a network library" >&2
	fail=1
fi
calls='(socket|socketpair|connect|bind|listen|accept4?|send|sendto|sendmsg)'
calls="$calls|recv|recvfrom|recvmsg|getaddrinfo|gethostbyname|res_[a-z]+"
if find "$build/common" "$build/bundle-format" "$build/offline" -name '*.o' \
    -exec nm --undefined-only {} + | grep -wE "U ($calls|curl_[a-z_]+)"; then
	echo "gapseal-offline's objects import calls of the network" >&2
	fail=1
fi

# The operator's program: nothing that could make or wrap a key.
if find "$build/common" "$build/bundle-format" "$build/online" -name '*.o' \
    -exec nm --undefined-only {} + |
    grep -wE 'U (EVP_PKEY_encrypt|EVP_PKEY_keygen|EVP_PKEY_generate|EVP_PKEY_decrypt|EVP_EncryptUpdate|secret_alloc|generate_key|wrap_key)'; then
	echo "gapseal-online's objects encrypt or make keys" >&2
	fail=1
fi
exit $fail
