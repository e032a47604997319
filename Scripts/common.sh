# shellcheck shell=bash disable=SC2034
# What the scripts share: talk, long steps with a log, root, and finding the engine. Sourced, never run.

set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$scripts")

# The private engine. It needs root whoever asks for it, so it always lives in the same two places.
engine_run=/run/godhand
engine_data=/var/lib/godhand/engine
engine_socket=$engine_run/docker.sock

# Where what belongs to a user and is to last is kept: the images of virtual machines.
data_home() {
    if [ -n "${GODHAND_HOME:-}" ]; then
        echo "$GODHAND_HOME"
    elif [ "$(id -u)" = 0 ]; then
        echo /var/lib/godhand
    else
        case ${XDG_DATA_HOME:-} in /*) echo "$XDG_DATA_HOME/godhand" ;; *) echo "$HOME/.local/share/godhand" ;; esac
    fi
}

# Times are counted from the outermost script's start, so that nested ones continue them.
export GODHAND_STARTED=${GODHAND_STARTED:-$(date +%s)}
elapsed() { printf '%3ds' $(($(date +%s) - GODHAND_STARTED)); }
say() { printf '[%s] %s\n' "$(elapsed)" "$*"; }
fail() {
    printf '[%s] error: %s\n' "$(elapsed)" "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

scratch=$(mktemp -d "${TMPDIR:-/tmp}/godhand-scripts.XXXXXX")
running=
at_exit() {
    if [ -n "$running" ]; then kill "$running" 2>/dev/null || true; fi
    rm -rf "$scratch"
}
trap at_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# long TITLE COMMAND...: its output goes to a log; every few seconds a line tells how far it is, and when it fails the end
# of the log is shown. The loop waits for the pipe that the command holds, so it goes on the moment the command ends.
long() {
    local title=$1 log status='' begun=$SECONDS last
    shift
    log=$(mktemp "$scratch/log.XXXXXX")
    say "$title"
    exec {done}< <(
        "$@" >"$log" 2>&1 &
        child=$!
        trap 'kill "$child" 2>/dev/null' TERM
        code=0
        wait "$child" || code=$?
        echo "$code"
    )
    running=$!
    while ! read -r -t 4 -u "$done" status; do
        last=$(tail -n 3 "$log" | tr -d '\r' | tr -c '[:print:]\n' ' ' | grep -v '^ *$' | tail -n 1 | cut -c 1-90 || true)
        say "  ... ${last:-working}"
    done
    exec {done}<&-
    running=
    if [ "$status" != 0 ]; then
        tail -n 40 "$log" >&2
        printf '[%s] failed: %s\n' "$(elapsed)" "$title" >&2
        return "$status"
    fi
    say "$title: done in $((SECONDS - begun)) s"
}

# Runs a command as root, or says why that cannot be.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        fail "this needs root: run it as root, or install sudo: $*"
    fi
}

# engine_answers SOCKET-OR-URL: does an engine answer there?
engine_answers() {
    case $1 in
    unix://*) engine_answers "${1#unix://}" ;;
    tcp://*) curl -fsS -m 3 "http://${1#tcp://}/_ping" >/dev/null 2>&1 ;;
    /*) [ -S "$1" ] && curl -fsS -m 3 --unix-socket "$1" http://engine/_ping >/dev/null 2>&1 ;;
    *) return 1 ;;
    esac
}

# The sockets, in the order in which the library tries them.
engine_candidates() {
    local runtime=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}
    if [ -n "${DOCKER_HOST:-}" ]; then
        echo "$DOCKER_HOST"
        return
    fi
    printf 'unix://%s\n' "$engine_socket" /var/run/docker.sock "$runtime/docker.sock" "$HOME/.docker/run/docker.sock" \
        "$HOME/.colima/default/docker.sock"
}

# Prints the DOCKER_HOST value of the first engine that answers.
engine_find() {
    local candidate
    while read -r candidate; do
        if engine_answers "$candidate"; then
            echo "$candidate"
            return 0
        fi
    done < <(engine_candidates)
    return 1
}
