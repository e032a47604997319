#!/usr/bin/env bash
# Runs a command with DOCKER_HOST set to an engine that answers. If the private engine had to be started for it, it is
# stopped again after the last such command, however that one ends.
# Usage: with-engine.sh COMMAND [ARGUMENT...]
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
[ $# -gt 0 ] || fail "usage: with-engine.sh COMMAND [ARGUMENT...]"

users=
child=
# shellcheck disable=SC2317 # the trap calls it
finish() {
    local status=$?
    trap '' INT TERM
    if [ -n "$users" ]; then
        exec {users}>&-
        "$scripts/engine.sh" down || true
    fi
    at_exit
    exit "$status"
}

if [ -n "${DOCKER_HOST:-}" ]; then
    engine_answers "$DOCKER_HOST" || fail "no engine answers at DOCKER_HOST=$DOCKER_HOST"
else
    if ! found=$(engine_find) || [ "$found" = "unix://$engine_socket" ]; then
        [ -w "$engine_run/users" ] || as_root "$scripts/engine.sh" _prepare "$(id -u):$(id -g)"
        # First say that we use it, then see that it runs: nobody stops it in between.
        exec {users}>"$engine_run/users"
        flock -s "$users"
        trap finish EXIT
        "$scripts/engine.sh" up {users}>&-
        found=unix://$engine_socket
    fi
    export DOCKER_HOST=$found
fi

# In the background so that a signal reaches us at once, but with the terminal's input and its Ctrl-C, and without our
# hold on the engine.
trap 'kill -TERM "$child" 2>/dev/null || true' TERM
trap : INT
if [ -n "$users" ]; then
    (trap - INT TERM EXIT; exec {users}>&-; exec "$@") <&0 &
else
    (trap - INT TERM EXIT; exec "$@") <&0 &
fi
child=$!
status=0
while :; do
    wait "$child" && status=0 || status=$?
    # A signal to us ends `wait`, not the command.
    kill -0 "$child" 2>/dev/null || break
done
exit "$status"
