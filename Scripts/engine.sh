#!/usr/bin/env bash
# Gives the project a container engine: one that is there already, or else a private one that leaves no trace when stopped.
#
#   engine.sh start     find an engine, or start the private one; it then stays until `stop`
#   engine.sh stop      stop the private engine, unless somebody is using it: then it stops after the last of them
#   engine.sh status    which engine answers
#   engine.sh socket    print the DOCKER_HOST value to use
#   engine.sh up|down   for with-engine.sh: like start and stop, but without a wish of its own that the engine stay
#
# Three files in /run/godhand decide, all by flock, which the kernel lets go of whatever happens to a holder:
#   lock    held for a moment by whoever starts or stops the engine
#   users   held shared by every with-engine.sh
#   alive   held by dockerd and all that it starts; so to wait for its end is to wait for this lock
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# The interface and the packet filter rules of dockerd outlast it; they were not there before, so they go with it.
network_before() {
    if [ -e /sys/class/net/docker0 ]; then return; fi
    touch "$engine_run/own-network"
    cat /proc/sys/net/ipv4/ip_forward >"$engine_run/own-network"
}
network_after() {
    [ -e "$engine_run/own-network" ] || return 0
    local interface tool
    if have ip; then
        for interface in /sys/class/net/docker0 /sys/class/net/br-*; do
            if [ -d "$interface/bridge" ]; then ip link delete "${interface##*/}" || true; fi
        done
    fi
    for tool in iptables ip6tables; do
        if ! have "$tool" || ! "$tool-save" 2>/dev/null | grep -q DOCKER; then continue; fi
        "$tool-save" | grep -vE 'DOCKER|docker0| br-[0-9a-f]{12} ' | sed 's/^:FORWARD DROP/:FORWARD ACCEPT/' | "$tool-restore" || true
    done
    cat "$engine_run/own-network" >/proc/sys/net/ipv4/ip_forward || true
    rm -f "$engine_run/own-network"
}

# Packets larger than the way out allows vanish silently; a bridge does not know that way.
route_mtu() {
    local device
    device=$(awk '$2 == "00000000" { print $1; exit }' /proc/net/route)
    cat "/sys/class/net/${device:-lo}/mtu" 2>/dev/null || echo 1500
}

# Below here: run as root, by `as_root engine.sh _...`.
engine_prepare() {
    local owner=$1
    install -d -m 755 "$engine_run"
    install -d -m 710 "$engine_data"
    touch "$engine_run/lock" "$engine_run/users" "$engine_run/alive"
    chmod 666 "$engine_run/lock" "$engine_run/users"
    chown "$owner" "$engine_run/lock" "$engine_run/users"
}

engine_launch() {
    local group=$1 log=$engine_run/dockerd.log
    network_before
    exec {alive}>"$engine_run/alive"
    flock -n "$alive" || fail "an earlier engine is still ending; see $log"
    rm -f "$engine_run/dockerd.pid" "$engine_socket"
    : >"$log"
    # dockerd keeps the lock's descriptor and its children inherit it. Its own configuration file, if the machine has
    # one, is for another engine.
    echo '{}' >"$engine_run/daemon.json"
    setsid dockerd --config-file "$engine_run/daemon.json" --data-root "$engine_data" --exec-root "$engine_run/engine" \
        --pidfile "$engine_run/dockerd.pid" --host "unix://$engine_socket" --group "$group" --mtu "$(route_mtu)" \
        --log-level warn --log-driver local --shutdown-timeout 3 </dev/null >>"$log" 2>&1 &
    local dockerd=$! deadline=$((SECONDS + 60))
    exec {alive}>&-
    until engine_answers "$engine_socket"; do
        if ! kill -0 "$dockerd" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
            tail -n 20 "$log" >&2
            kill "$dockerd" 2>/dev/null || true
            fail "dockerd did not come up; its log is $log"
        fi
        sleep 0.05
    done
}

# The processes that hold the lock: dockerd and what it started, none else.
holders() {
    local holder
    for holder in /proc/[0-9]*; do
        if [ "${holder#/proc/}" = $$ ]; then continue; fi
        if find "$holder/fd" -lname "$engine_run/alive" 2>/dev/null | grep -q .; then echo "${holder#/proc/}"; fi
    done
}

engine_end() {
    local id pid daemons
    exec {alive}>"$engine_run/alive"
    if ! flock -n "$alive"; then
        # Containers get no time to say goodbye: whoever cared has removed them.
        for id in $(curl -fsS -m 5 --unix-socket "$engine_socket" http://engine/containers/json 2>/dev/null | grep -oE '"Id":"[0-9a-f]{64}"' | cut -d'"' -f4); do
            curl -fsS -m 10 -X POST --unix-socket "$engine_socket" "http://engine/containers/$id/kill" >/dev/null 2>&1 || true
        done
        daemons=$(for pid in $(holders); do if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then echo "$pid"; fi; done)
        # A dockerd that was killed may have left others behind, which nobody else will end.
        for pid in ${daemons:-$(holders)}; do kill "$pid" 2>/dev/null || true; done
        if ! flock -w 20 "$alive"; then
            say "the engine does not end: killing it"
            for pid in $(holders); do kill -9 "$pid" 2>/dev/null || true; done
            flock -w 10 "$alive" || fail "something still holds $engine_run/alive"
        fi
    fi
    exec {alive}>&-
    # What a killed engine left mounted; the deepest first.
    local point
    while read -r point; do umount -l "$point" 2>/dev/null || true; done \
        < <(awk -v a="$engine_run/" -v b="$engine_data" 'index($5, a) == 1 || index($5 "/", b "/") == 1 { print $5 }' /proc/self/mountinfo | sort -r)
    network_after
    rm -rf "${engine_run:?}/engine" "$engine_run/dockerd.pid" "$engine_socket" "$engine_run/pinned" "$engine_run/daemon.json"
}

private_alive() { [ -e "$engine_run/alive" ] && ! flock -n "$engine_run/alive" true 2>/dev/null; }
self=$scripts/engine.sh

start() {
    local pin=$1 found
    if [ -n "${DOCKER_HOST:-}" ]; then
        engine_answers "$DOCKER_HOST" || fail "no engine answers at DOCKER_HOST=$DOCKER_HOST"
        say "engine: $DOCKER_HOST (from DOCKER_HOST)"
        return
    fi
    if found=$(engine_find) && [ "$found" != "unix://$engine_socket" ]; then
        say "engine: $found (was there already)"
        return
    fi
    [ "$(uname)" = Linux ] || fail "no engine answers: start Docker Desktop or Colima"
    have dockerd || fail "no engine answers and dockerd is not installed: run Scripts/packages.sh"
    [ -w "$engine_run/lock" ] || as_root "$self" _prepare "$(id -u):$(id -g)"
    exec {lock}>"$engine_run/lock"
    flock "$lock"
    if engine_answers "$engine_socket"; then
        say "engine: unix://$engine_socket (the private one, running)"
    else
        # One that was killed leaves process ids, mounts and a bridge that would confuse the next.
        if private_alive || [ -e "$engine_run/dockerd.pid" ]; then as_root "$self" _end {lock}>&-; fi
        as_root "$self" _launch "$(id -g)" {lock}>&-
        say "engine: unix://$engine_socket (the private one, started)"
    fi
    if [ "$pin" = pin ] && [ ! -e "$engine_run/pinned" ]; then as_root touch "$engine_run/pinned"; fi
    exec {lock}>&-
}

# Stops the private engine when nobody uses it any more. `pin`: and though somebody once asked for it to stay.
stop() {
    local pin=$1
    if [ ! -e "$engine_run/lock" ]; then
        if [ "$pin" = pin ]; then say "no private engine here"; fi
        return
    fi
    exec {lock}>"$engine_run/lock"
    flock "$lock"
    if [ "$pin" = pin ] && [ -e "$engine_run/pinned" ]; then as_root rm -f "$engine_run/pinned"; fi
    if ! flock -n "$engine_run/users" true; then
        say "engine: in use by another run, which will stop it"
    elif [ -e "$engine_run/pinned" ]; then
        :
    elif private_alive || [ -e "$engine_run/dockerd.pid" ]; then
        as_root "$self" _end {lock}>&-
        say "engine: stopped"
    elif [ "$pin" = pin ]; then
        say "engine: the private one is not running"
    fi
    exec {lock}>&-
}

case ${1:-} in
start) start pin ;;
stop) stop pin ;;
up) start no ;;
down) stop no ;;
status)
    if found=$(engine_find); then
        version=$(curl -fsS -m 3 --unix-socket "${found#unix://}" http://engine/version 2>/dev/null | grep -oE '"Version":"[^"]*"' | head -n 1 | cut -d'"' -f4 || true)
        say "an engine answers at $found${version:+ (version $version)}"
    else
        say "no engine answers"
        exit 1
    fi
    ;;
socket) engine_find || fail "no engine answers: run Scripts/engine.sh start" ;;
_prepare) engine_prepare "$2" ;;
_launch) engine_launch "$2" ;;
_end) engine_end ;;
*) fail "usage: engine.sh start|stop|status|socket" ;;
esac
