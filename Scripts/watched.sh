#!/usr/bin/env bash
# Runs a command, and ends it if it says nothing for too long: then tells which tests were under way, and where their
# process stands. A hang would otherwise say nothing, for hours. Of a run that failed, what went wrong is told once more at
# the end, since it stands somewhere in thousands of lines; or in the file that GODHAND_FAILURES names.
# Usage: watched.sh SECONDS COMMAND [ARGUMENT...]
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
[ $# -gt 1 ] || fail "usage: watched.sh SECONDS COMMAND [ARGUMENT...]"
limit=$1
shift

# Whoever looks at a terminal sees a hang, and wants the command to know that it writes to one.
if [ -t 1 ]; then exec "$@"; fi

descendants() {
    local child
    for child in $(pgrep -P "$1" || true); do
        echo "$child"
        descendants "$child"
    done
}
tell_where_it_stands() {
    printf '\n[%s] error: nothing was said for %s s\n' "$(elapsed)" "$limit"
    local name process
    for name in "${!begun[@]}"; do [ -z "${begun[$name]}" ] || printf 'has not ended: %s\n' "$name"; done
    for process in $(descendants "$command"); do
        printf 'process %s: %s\n' "$process" "$(tr '\0' ' ' <"/proc/$process/cmdline" 2>/dev/null | cut -c 1-200)"
    done
    for process in $(descendants "$command"); do
        case $(readlink "/proc/$process/exe" 2>/dev/null) in
        *xctest* | *swiftpm-testing-helper*)
            if have gdb; then timeout 120 gdb -p "$process" -batch -ex 'thread apply all backtrace 20' 2>/dev/null | grep -E '^(Thread|#)' || true; fi
            ;;
        esac
    done
}

mkfifo "$scratch/output"
"$@" >"$scratch/output" 2>&1 &
command=$!
trap 'kill -TERM "$command" 2>/dev/null || true' TERM INT
exec {lines}<"$scratch/output"
declare -A begun=()
issues=() issue='' summary=''
while :; do
    code=0
    IFS= read -r -t "$limit" -u "$lines" line || code=$?
    if [ "$code" -gt 128 ]; then
        tell_where_it_stands
        # shellcheck disable=SC2046 # one word each
        kill -KILL $(descendants "$command") "$command" 2>/dev/null || true
        echo "nothing was said for $limit s: $*" >>"${GODHAND_FAILURES:-/dev/null}"
        exit 124
    fi
    [ "$code" = 0 ] || break
    printf '%s\n' "$line"
    # What was expected follows its issue, on lines of its own.
    case $line in
    *' recorded an issue '* | *': error: '*) issue=yes ;;
    '◇ '* | '✔ '* | '✘ '* | '') issue='' ;;
    esac
    case $line in *' Test run with '*) summary=$line ;; esac
    if [ -n "$issue" ] && [ "${#issues[@]}" -lt 100 ]; then issues+=("$line"); fi
    if [[ $line =~ ^[^\ ]+\ Test\ (.*)\ (started|passed|failed|skipped) ]]; then
        name=${BASH_REMATCH[1]} what=${BASH_REMATCH[2]}
        case $name in
        case\ * | run*) continue ;;
        *' with '[0-9]*' test cases') name=${name% with *} ;;
        esac
        # Not `unset`: it would take the quotes of the name for its own.
        if [ "$what" = started ]; then begun[$name]=yes; else begun[$name]=; fi
    fi
done
status=0
wait "$command" || status=$?
[ "$status" != 0 ] || exit 0
tell_what_failed() {
    if [ -n "${issues[*]}" ]; then printf '%s\n' "${issues[@]}" "$summary"; else echo "ended with $status: $*"; fi
}
if [ -n "${GODHAND_FAILURES:-}" ]; then
    tell_what_failed "$@" >>"$GODHAND_FAILURES"
elif [ -n "${issues[*]}" ]; then
    printf '\n[%s] what failed:\n' "$(elapsed)"
    tell_what_failed
fi
exit "$status"
