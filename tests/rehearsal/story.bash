# shellcheck shell=bash
#
# How the rehearsal is told, on 80 columns: numbered steps, the command lines
# as they were typed, what the programs said, what crossed the gap, what the
# cloud answered, and the table of what was proved.

story_step=0

chapter() {
	printf '\n%s\n%s\n' "$*" "${*//?/=}"
}

# step WHO MACHINE TEXT: what comes next is done by them, there.
step() {
	printf '\n%2d. %s, at the machine "%s":\n' $((++story_step)) "$1" "$2"
	fmt -w 75 <<<"$3" | sed 's/^/    /'
	echo
}

# doing [--status N] [--show PATTERNS] MACHINE COMMAND...: do it, and show the
# command and what it said: all of it or, where there are such, the lines that
# sed's PATTERNS pick. It has to end with status N (0), else all ends here.
doing() {
	local show='1,$' wanted=0 status=0
	while [[ $1 == --* ]]; do
		[[ $1 == --show ]] && show=$2 || wanted=$2
		shift 2
	done
	ceremony_hook=story_typed on "$@" >"$CEREMONY/.said" 2>&1 || status=$?
	cat "$CEREMONY/.said" >>"$CEREMONY/said"
	if ((status != wanted)) || [[ -z $(sed -n "${show}p" "$CEREMONY/.said") ]]
	then
		show='1,$'
	fi
	cat "$CEREMONY/.typed"
	sed -n "${show}p" "$CEREMONY/.said" | wrapped '' ''
	((status == wanted)) || stop "exit status $status, wanted $wanted"
	((status == 0)) || echo "   (exit status $status, as it should be)"
}

# The digest in what was said last: what the people write on their paper.
said_digest() {
	grep -oE '^[0-9a-f]{64}$' "$CEREMONY/.said" | tail -n 1
}

# crossing MEDIUM FROM TO FILE...: carry them, and show what crossed.
crossing() {
	local medium=$1 from=$2 to=$3
	shift 3
	carry "$from" "$to" "$@" || stop "cannot carry $*"
	printf '\n==> %s, from "%s" to "%s":\n' "$medium" "$from" "$to"
	tail -n $# "$CEREMONY/crossed" |
	    while IFS=$'\t' read -r _ _ file size sum; do
		    printf '      %-22s %6d bytes, SHA-256\n      %s\n' \
		        "$file" "$size" "$sum"
	    done
}

stop() {
	printf '\nThe rehearsal FAILED: %s\n' "$*" >&2
	exit 1
}

# Told by on(): the command as a person would type it.
story_typed() {
	local word line='$'
	shift
	for word; do
		[[ $word =~ ^[A-Za-z0-9@%+=:,./_-]+$ ]] || word="'$word'"
		line+=" $word"
	done
	wrapped '' " \\\\" <<<"$line" >"$CEREMONY/.typed"
}

# wrapped BEFORE MORE: stdin in lines of at most 80 columns, each beginning
# with BEFORE. A line that is too long is broken at a blank, ends in MORE and
# goes on a little to the right of where it began.
wrapped() {
	awk -v before="$1" -v more="$2" '
	length(before $0) <= 80 { print before $0; next }
	{
		match($0, /^ */)
		indent = substr($0, 1, RLENGTH)
		# What stands first keeps the blanks behind it.
		match($0, /^ *[^ ]* */)
		glue = substr($0, length(indent) + length($1) + 1,
		    RLENGTH - length(indent) - length($1))
		line = ""
		for (i = 1; i <= NF; i++) {
			if (line != "" && length(line glue $i more) <= 80) {
				line = line glue $i
			} else {
				if (line != "")
					print line more
				while (indent != "" && length(before indent $i) > 80)
					indent = substr(indent, 2)
				line = before indent $i
			}
			if (i == 1)
				indent = indent "  "
			else
				glue = " "
		}
		print line
	}' | fold -w 80
}

# proved CLAIM MEANS COMMAND...: a row of the closing table. The command is
# the proof; when it fails, what it said is shown and the row says so.
proof_claims=() proof_means=() proof_verdicts=()
proved() {
	local verdict=yes
	if ! "${@:3}" >"$CEREMONY/.proof" 2>&1; then
		verdict=NO
		printf '\nNot proved: %s\n' "$1"
		tail -n 20 "$CEREMONY/.proof" | wrapped '  ' ''
	fi
	proof_claims+=("$1")
	proof_means+=("$2")
	proof_verdicts+=("$verdict")
}

# A row that nothing can be said about here, and why.
not_shown() {
	proof_claims+=("$1")
	proof_means+=("$2")
	proof_verdicts+=('-')
}

# Three columns; a cell goes on below itself, where the verdict is empty.
proof_table() {
	local i line=--------------------------------------
	{
		proof_row '' 'what was proved' 'by what means'
		proof_row --- "${line:2}" "$line"
		for i in "${!proof_claims[@]}"; do
			proof_row "${proof_verdicts[i]}" "${proof_claims[i]}" \
			    "${proof_means[i]}"
		done
	} | sed 's/ *$//'
	[[ " ${proof_verdicts[*]} " != *' NO '* ]] ||
	    stop 'not everything was proved'
}

proof_row() {
	paste -d '|' <(echo "$1") <(fold -s -w 36 <<<"$2") \
	    <(fold -s -w 38 <<<"$3") |
	    while IFS='|' read -r verdict claim means; do
		    printf '%-3s %-36s %s\n' "$verdict" "$claim" "$means"
	    done
}
