#!/usr/bin/env bash
# Look for every secret that the tests know, in all that they left behind:
#
#   search-secrets.bash PLACE...
#
# Ends with 0 when none is there. What a test brings in on purpose it keeps
# where find_secret.py does not look.
set -u
lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# The received keys of the tests in cli/ and the keys of vectors/vault, whose
# README lists them; passphrases and the cloud's credentials.
known_hex='
received 9f4c1d7e02b86a35f1c04e9d7b2a68533c8ef017a4d95b26e0137fc8429ad6b1
sealed c3a91f5be7d2046f8819ad3c50e6f27b94d8015e3baf6c72d1e84409b756cf2e
byok-demo b15ead28c2cdaefe533a5d50284576a4522af15e1f9111b0260e841e65a03b23
subkey 852df6a017aa44b8cb1b6120bee092ba096538b86d17c04202e74e3a2105eee3
rotated-1 e0df13c473bd704dc0d8d8a58cda34f4e78915bab8eb1999cebc050a013281a7
rotated-2 bcf970b72a316442c4ed1a91d79c541db5afcde48de4eab74bfbddc27f379d26
rotated-3 f8b2991ca2e22a5f3318e4e55e0b709447ebdfb839aeeb1dc92cace2c0651955
vault-hmac a33d53b811214b09230803aff722e4d4ddc948defd4c5219b210636b82f66d3f
'
known_text='
oscars-secret-key
olgas-secret-key
oscars-role-key
mallorys-secret-key
nobodys-secret-key
HRKU-00000000-0000-0000-0000-000000000000
marker-password-that-must-never-be-kept
the long passphrase of
'

wanted=$(mktemp -d "${TMPDIR:-/tmp}/gapseal-secrets-XXXXXX") || exit
trap 'rm -rf "$wanted"' EXIT
while read -r name hex; do
	[[ $name == '' ]] || xxd -r -p <<<"$hex" >"$wanted/$name"
done <<<"$known_hex"
while read -r text; do
	[[ $text == '' ]] || printf %s "$text" >"$wanted/${text// /-}"
done <<<"$known_text"

"$lib/../../.venv/bin/python" "$lib/find_secret.py" "$wanted" "$@"
