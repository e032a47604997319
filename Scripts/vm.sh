#!/usr/bin/env bash
# The image of virtual machines: a directory with a disk, a kernel and a description. See Documentation/VMImage.md.
# Usage: vm.sh path                  where it is, or would be
#        vm.sh boot [ARGUMENT...]    boot it on a throw-away disk, wait for its desktop, tell how long that took
#        vm.sh acceleration          what QEMU can use on this machine: kvm, hvf or tcg
#        vm.sh clean                 delete old versions that no machine runs from
#        vm.sh current|make INPUTS   for images.sh
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

name=vm
store=$(data_home)/images
image=$store/$name
# The first member of that name; our own file has no two.
field() { sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$image/image.json" | head -n 1; }

# Versions lie side by side under names of their own, so that a new one disturbs no machine that runs from an old one;
# such a machine holds a shared lock on the description.
clean() {
    local version current
    current=$(readlink "$image" || true)
    for version in "$store/$name"-*; do
        if [ ! -d "$version" ] || [ "${version##*/}" = "$current" ]; then continue; fi
        if [ ! -e "$version/image.json" ] || ! have flock || flock -n "$version/image.json" true; then rm -rf "$version"; fi
    done
}

convert() { # INPUTS DIRECTORY
    local system tools status=0
    system=$(docker create godhand/vm:latest)
    tools=$(docker create -i godhand/vm-tools:latest sh /make-image "$name" "$1")
    {
        docker export "$system" | docker start -ai "$tools" && [ "$(docker inspect --format '{{.State.ExitCode}}' "$tools")" = 0 ] &&
            docker cp -q "$tools:/out/." "$2"
    } || status=$?
    docker rm -f "$system" "$tools" >/dev/null
    return "$status"
}

make() { # INPUTS
    local target=$name-${1:0:12} beside
    mkdir -p "$store"
    # A place that a build which was killed left behind has nobody's lock.
    for beside in "$store/.$name".*; do
        if [ -d "$beside" ] && { ! have flock || flock -n "$beside" true; }; then rm -rf "$beside"; fi
    done
    beside=$(mktemp -d "$store/.$name.XXXXXX")
    exec {building}<"$beside"
    if have flock; then flock "$building"; fi
    chmod 755 "$beside"
    long "vm image: making the disk" convert "$1" "$beside" || { rm -rf "$beside" && return 1; }
    rm -rf "${store:?}/$target"
    mv "$beside" "$store/$target"
    exec {building}<&-
    ln -sfn "$target" "$image"
    clean
    say "$image: $(du -sh "$store/$target" | cut -f1)"
    boot || fail "the new image does not boot to its desktop"
}

# A /dev/kvm of any other kernel module may hang guests that do not know it.
acceleration() {
    if [ "$(uname)" = Darwin ]; then
        echo hvf
    elif { [ -d /sys/module/kvm_intel ] || [ -d /sys/module/kvm_amd ]; } && [ -w /dev/kvm ]; then
        echo kvm
    else
        echo tcg
    fi
}

# What the guest agent is asked: does a window manager manage the screen, and does our own program run?
ask() {
    local reply pid
    printf '{"execute":"guest-exec","arguments":{"path":"/bin/sh","arg":["-c","DISPLAY=:0 xprop -root _NET_SUPPORTING_WM_CHECK | grep -q window && pgrep -f /usr/lib/godhand/init"]}}\n' >&"$to_guest"
    # Lies in the port until the agent is there.
    read -r -t 120 reply <&"$from_guest" || return 1
    pid=$(sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' <<<"$reply")
    [ -n "$pid" ] || return 1
    while :; do
        printf '{"execute":"guest-exec-status","arguments":{"pid":%s}}\n' "$pid" >&"$to_guest"
        read -r -t 20 reply <&"$from_guest" || return 1
        case $reply in *'"exited": true'*) break ;; esac
    done
    case $reply in *'"exitcode": 0'*) return 0 ;; *) return 1 ;; esac
}

boot() {
    local qemu accelerator directory begun=$EPOCHREALTIME
    [ -e "$image/image.json" ] || fail "no image at $image: make vm"
    qemu=qemu-system-$(field architecture)
    have "$qemu" || fail "$qemu is not installed: Scripts/packages.sh vm"
    accelerator=$(acceleration)
    directory=$scratch/boot
    mkdir -p "$directory"
    mkfifo "$directory/agent.in" "$directory/agent.out"
    exec {to_guest}<>"$directory/agent.in" {from_guest}<>"$directory/agent.out"
    say "vm image: booting ($accelerator)"
    begun=$EPOCHREALTIME
    "$qemu" -nodefaults -no-user-config -machine "$(field machine),accel=$accelerator" -cpu max,erms=off -smp 2 -m "$(field memory)" \
        -drive "if=none,id=disk,file=$image/disk.qcow2,format=qcow2,snapshot=on" -device virtio-blk-pci,drive=disk \
        -device "virtio-gpu-pci,max_outputs=1,xres=1280,yres=800" -device virtio-keyboard-pci -device virtio-tablet-pci \
        -device virtio-rng-pci -display none -serial "file:$directory/console" \
        -device virtio-serial-pci -chardev "pipe,id=agent,path=$directory/agent" \
        -device virtserialport,chardev=agent,name=org.qemu.guest_agent.0 \
        -kernel "$image/vmlinuz" -initrd "$image/initrd" -append "$(field commandLine)" "$@" >"$directory/log" 2>&1 &
    running=$!
    while ! ask; do
        if ! kill -0 "$running" 2>/dev/null || [ "$((${EPOCHREALTIME%.*} - ${begun%.*}))" -ge 120 ]; then
            cat "$directory/log" "$directory/console" >&2
            return 1
        fi
    done
    say "vm image: its desktop was ready $(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $begun }") s after the start ($accelerator)"
    kill "$running"
    wait "$running" 2>/dev/null || true
    running=
    exec {to_guest}>&- {from_guest}>&-
}

case ${1:-} in
path) readlink -f "$image" 2>/dev/null || echo "$image" ;;
boot) shift && boot "$@" ;;
acceleration) acceleration ;;
clean) clean ;;
current) [ -e "$image/image.json" ] && [ "$(field inputs)" = "$2" ] ;;
make) make "$2" ;;
*) fail "usage: vm.sh path|boot|acceleration|clean" ;;
esac
