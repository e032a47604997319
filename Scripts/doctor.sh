#!/usr/bin/env bash
# Says in plain words what this machine has, what is missing, and how to get it. Changes nothing. Exits with 1 if
# something is missing that the library cannot do without.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
set +e

missing=0
good() { printf '  ok       %s\n' "$*"; }
note() { printf '  note     %s\n' "$*"; }
bad() {
    printf '  MISSING  %s\n' "$1"
    printf '           -> %s\n' "$2"
    missing=$((missing + 1))
}
setting() { cat "$1" 2>/dev/null || echo "${2:-}"; }

echo "Swift"
if have swift; then
    version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+(\.[0-9]+)?' | head -n 1 | cut -d' ' -f3)
    if [ "$(printf '%s\n6.2\n' "${version:-0}" | sort -t. -k1,1n -k2,2n | head -n 1)" = 6.2 ]; then
        good "Swift $version"
    else
        bad "Swift ${version:-of an unknown version}; 6.2 or newer is needed" "https://www.swift.org/install, or: swiftly install latest"
    fi
else
    bad "Swift 6.2 or newer" "https://www.swift.org/install"
fi

echo "C libraries"
library() { # NAME HEADER PACKAGE BREW
    local directory
    for directory in /usr/include /usr/include/* /usr/local/include /opt/homebrew/include; do
        if [ -e "$directory/$2" ]; then
            good "$1"
            return
        fi
    done
    if [ "$(uname)" = Darwin ] && [ "$4" = - ]; then good "$1 (part of macOS)"; else bad "$1" "Scripts/packages.sh, or: apt-get install $3, or: brew install $4"; fi
}
library LibVNCClient rfb/rfbclient.h libvncserver-dev libvncserver
library libpng png.h libpng-dev libpng
library libcurl curl/curl.h libcurl4-openssl-dev -
if have pkg-config; then good pkg-config; else bad pkg-config "Scripts/packages.sh, or: apt-get install pkg-config, or: brew install pkgconf"; fi

echo "Container engine"
if ! have curl; then
    bad "curl, with which this script asks the engine" "Scripts/packages.sh, or: apt-get install curl"
elif found=$(engine_find); then
    version=$(curl -fsS -m 3 --unix-socket "${found#unix://}" http://engine/version 2>/dev/null | grep -oE '"Version":"[^"]*"' | head -n 1 | cut -d'"' -f4)
    good "an engine answers at $found${version:+, version $version}"
    information=$(curl -fsS -m 5 --unix-socket "${found#unix://}" http://engine/info 2>/dev/null)
    case $information in
    *name=seccomp* | *seccomp*) good "it filters system calls (seccomp)" ;;
    *) note "it does not filter system calls (seccomp): a guest is less well contained" ;;
    esac
    for image in godhand/desktop:latest godhand/wiki:latest; do
        if curl -fsS -m 5 --unix-socket "${found#unix://}" "http://engine/images/$image/json" >/dev/null 2>&1; then
            case $(DOCKER_HOST=$found "$scripts/images.sh" --check "${image#godhand/}" 2>/dev/null) in
            *current*) good "image $image, up to date" ;;
            *) note "image $image is older than its files; to build it anew: make image" ;;
            esac
        else
            bad "image $image" "make image"
        fi
    done
else
    blocked=
    while read -r candidate; do
        path=${candidate#unix://}
        if [ -S "$path" ] && [ ! -w "$path" ]; then blocked=$path; fi
    done < <(engine_candidates)
    if [ -n "$blocked" ]; then
        bad "permission for the engine's socket $blocked" "sudo usermod -aG docker $(id -un), then log in again"
    elif [ -n "${DOCKER_HOST:-}" ]; then
        bad "an engine: none answers at DOCKER_HOST=$DOCKER_HOST" "start it, or unset DOCKER_HOST"
    elif have dockerd; then
        note "no engine runs; make demo, make test and Scripts/engine.sh start a private one"
        note "images can only be looked up when an engine runs"
        [ "$(id -u)" = 0 ] || have sudo || bad "root, to start the engine" "run as root, or install sudo"
    else
        bad "a container engine" "Scripts/packages.sh, or install Docker"
    fi
fi
if ! have docker; then bad "docker on the command line, to build images" "Scripts/packages.sh"; fi
if [ "$(uname)" = Linux ] && ! have mmdebstrap; then note "no mmdebstrap: the base image must then be pulled from a registry (apt-get install mmdebstrap)"; fi

if [ "$(uname)" = Linux ]; then
    echo "Kernel"
    if [ "$(setting /proc/sys/user/max_user_namespaces 1)" = 0 ] || [ "$(setting /proc/sys/kernel/unprivileged_userns_clone 1)" = 0 ]; then
        note "user namespaces are forbidden to ordinary users: Firefox's own sandbox is weaker (sysctl user.max_user_namespaces=10000)"
    elif [ "$(setting /proc/sys/kernel/apparmor_restrict_unprivileged_userns 0)" = 1 ]; then
        note "AppArmor restricts user namespaces: Firefox's own sandbox may be weaker"
    else
        good "user namespaces, which Firefox's own sandbox uses"
    fi
    if grep -q '^Seccomp:' /proc/self/status 2>/dev/null; then good "seccomp"; else note "no seccomp: a guest is less well contained"; fi
fi

echo "Room"
where=$engine_data
while [ ! -d "$where" ]; do where=$(dirname "$where"); done
free=$(df -Pk "$where" 2>/dev/null | awk 'NR == 2 { print int($4 / 1048576) }')
if [ "${free:-0}" -ge 5 ]; then good "$free GiB free at $where"; else note "only ${free:-?} GiB free at $where; building the images needs about 5"; fi
if [ "$(uname)" = Darwin ]; then memory=$(($(sysctl -n hw.memsize 2>/dev/null || echo 0) / 1073741824)); else memory=$(awk '/^MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo); fi
if [ "${memory:-0}" -ge 4 ]; then good "$memory GiB of memory"; else note "only ${memory:-?} GiB of memory free; a desktop with a browser takes 0.5 to 2"; fi

echo "Virtual machines (optional: only for memory snapshots and live forks)"
case $(uname -m) in x86_64) emulator=qemu-system-x86_64 ;; *) emulator=qemu-system-aarch64 ;; esac
if have "$emulator"; then
    version=$("$emulator" --version 2>/dev/null | grep -oE 'version [0-9]+\.[0-9]+(\.[0-9]+)?' | head -n 1 | cut -d' ' -f2)
    if [ "$(printf '%s\n7.2\n' "${version:-0}" | sort -t. -k1,1n -k2,2n | head -n 1)" = 7.2 ]; then
        good "QEMU $version"
    else
        note "QEMU ${version:-of an unknown version}; 7.2 or newer is needed"
    fi
else
    note "no QEMU (Scripts/packages.sh vm, or: brew install qemu)"
fi
have qemu-img || note "no qemu-img (Scripts/packages.sh vm)"
accelerator=$("$scripts/vm.sh" acceleration)
case $accelerator in
kvm) good "acceleration: KVM" ;;
hvf) good "acceleration: HVF, the Hypervisor framework of macOS" ;;
*)
    if [ -d /sys/module/kvm_intel ] || [ -d /sys/module/kvm_amd ]; then
        note "acceleration: none (TCG), since KVM is there but not for you: sudo usermod -aG kvm $(id -un), then log in again"
    else
        note "acceleration: none (TCG): no KVM of kvm_intel or kvm_amd on this machine, so QEMU emulates, several times slower"
    fi
    ;;
esac
image=$("$scripts/vm.sh" path)
if [ ! -e "$image/image.json" ]; then
    note "no image of virtual machines at $image: make vm"
elif [ -z "${found:-}" ]; then
    good "image $image (whether it is up to date can only be told when an engine runs)"
else
    case $(DOCKER_HOST=$found "$scripts/images.sh" --check vm 2>/dev/null) in
    *current*) good "image $image, up to date" ;;
    *) note "image $image is older than its files; to build it anew: make vm" ;;
    esac
fi

echo "Videos of traces (optional)"
if ! have ffmpeg; then
    note "no ffmpeg (apt-get install ffmpeg fonts-dejavu-core, or: brew install ffmpeg)"
elif ffmpeg -hide_banner -filters 2>/dev/null | grep -q ' ass '; then
    good "$(ffmpeg -version 2>/dev/null | head -n 1 | cut -d' ' -f1-3), with captions"
else
    note "ffmpeg is there, but cannot draw captions: it was built without libass"
fi

echo
if [ "$missing" = 0 ]; then
    echo "All that is needed is there."
else
    echo "Missing: $missing. \`make demo\` and \`make test\` install what they can by themselves (Scripts/setup.sh)."
    exit 1
fi
