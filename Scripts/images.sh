#!/usr/bin/env bash
# Builds the guest images that are missing or whose files have changed.
# Usage: images.sh [base|desktop|wiki|all|office|vm|osworld]
#            all are desktop and wiki. The others only when asked for, since they take minutes and up to 2 GB each: office,
#            the desktop with office programs; vm, for QEMU; osworld, for OSWorld's tasks
#        images.sh --check desktop|wiki|office|vm|osworld      only say whether it is current
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

label=dev.godhand.image.inputs
images=$root/Images
suite=bookworm
mirror=${GODHAND_DEBIAN_MIRROR:-http://deb.debian.org}

DOCKER_HOST=$(engine_find) || fail "no engine answers: run Scripts/engine.sh start, or Scripts/with-engine.sh Scripts/images.sh"
export DOCKER_HOST
have docker || fail "docker is not installed: run Scripts/packages.sh"
engine() { docker "$@"; }

digest() { if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -c 1-32; }

# One hash of the contents, names and modes of everything that goes into an image, and of the image that it starts from.
inputs() {
    local parent=$1
    shift
    {
        echo "$parent"
        cd "$images" && find "$@" -type f ! -name '*.md' ! -name 'test_*' | LC_ALL=C sort | while read -r file; do
            if [ -x "$file" ]; then echo "$file x"; else echo "$file"; fi
            cat "$file"
        done
    } | digest
}
label_of() { engine image inspect --format "{{index .Config.Labels \"$label\"}}" "$1" 2>/dev/null || true; }
current() { [ "$(label_of "$1")" = "$2" ]; }

make_debian() {
    printf 'deb %s/debian %s main\n' "$mirror" "$suite" >"$scratch/sources"
    printf 'deb %s/debian %s-updates main\n' "$mirror" "$suite" >>"$scratch/sources"
    printf 'deb %s/debian-security %s-security main\n' "$mirror" "$suite" >>"$scratch/sources"
    mmdebstrap --variant=minbase --dpkgopt="$images/base/dpkg.cfg" --aptopt="$images/base/apt.conf" "$suite" "$scratch/base.tar" "$scratch/sources"
    engine import --change "LABEL $label=$1" --change 'CMD ["/bin/bash"]' "$scratch/base.tar" godhand/base:bookworm
    rm -f "$scratch/base.tar"
}

base() {
    local hash
    hash=$(inputs "$suite" base)
    if current godhand/base:bookworm "$hash"; then return; fi
    # A registry that is not reachable should cost seconds, not minutes.
    if have mmdebstrap && [ "$(uname)" = Linux ]; then
        long "base image: making Debian $suite with mmdebstrap" make_debian "$hash"
    elif long "base image: pulling Debian $suite" timeout 120 docker pull -q debian:$suite-slim; then
        build base godhand/base:bookworm "$hash"
    else
        fail "debian:$suite-slim cannot be pulled and mmdebstrap is not installed: run Scripts/packages.sh"
    fi
}

build() { # NAME TAG HASH
    local old
    old=$(engine image inspect --format '{{.Id}}' "$2" 2>/dev/null || true)
    DOCKER_BUILDKIT=${DOCKER_BUILDKIT:-0} long "$1 image: building" docker build --label "$label=$3" -t "$2" -f "$images/$1/Dockerfile" "$(context "$1")"
    # The one that it replaces, unless it is the same or a container still runs from it.
    if [ -n "$old" ] && [ "$old" != "$(engine image inspect --format '{{.Id}}' "$2")" ]; then engine image rm "$old" >/dev/null 2>&1 || true; fi
}
context() { if [ "$1" = base ]; then echo "$images/base"; else echo "$images"; fi; }

image() { # NAME
    base
    local hash tag=godhand/$1:latest
    hash=$(inputs "$(label_of godhand/base:bookworm)" "$1" guest)
    if current "$tag" "$hash"; then
        say "$tag is current"
        return
    fi
    build "$1" "$tag" "$hash"
    say "$tag: $(engine image inspect --format '{{.Size}}' "$tag" | awk '{ printf "%.0f MB", $1 / 1000000 }')"
}

# Those for office work and for OSWorld's tasks are layers above the desktop image.
layer_inputs() { inputs "$(label_of godhand/desktop:latest)" "$1"; }
layer() { # NAME
    image desktop
    local hash
    hash=$(layer_inputs "$1")
    if current "godhand/$1:latest" "$hash"; then
        say "godhand/$1:latest is current"
    else
        build "$1" "godhand/$1:latest" "$hash"
    fi
}

# The image of virtual machines is a layer above that for office work, and then a directory with a disk: vm.sh makes it.
vm_inputs() { inputs "$(label_of godhand/office:latest)" vm guest; }
vm() {
    layer office
    local hash
    hash=$(vm_inputs)
    if "$scripts/vm.sh" current "$hash"; then
        say "vm is current"
        return
    fi
    build vm godhand/vm:latest "$hash"
    DOCKER_BUILDKIT=${DOCKER_BUILDKIT:-0} long "vm image: the tools" docker build --target tools -t godhand/vm-tools:latest -f "$images/vm/Dockerfile" "$images"
    "$scripts/vm.sh" make "$hash"
}

if [ "${1:-}" = --check ]; then
    name=${2%%:*}
    if [ "$name" = vm ]; then
        if "$scripts/vm.sh" current "$(vm_inputs)"; then echo current; else echo "missing or old"; fi
        exit
    fi
    case $name in
    office | osworld) hash=$(layer_inputs "$name") ;;
    *) hash=$(inputs "$(label_of godhand/base:bookworm)" "$name" guest) ;;
    esac
    if current "godhand/$name:latest" "$hash"; then echo current; else echo "missing or old"; fi
    exit
fi

# Two runs at once would build the same thing twice.
exec {lock}>"${TMPDIR:-/tmp}/godhand-images.$(id -u).lock"
if have flock && ! flock -n "$lock"; then
    say "waiting for another build of the images"
    flock "$lock"
fi

case ${1:-all} in
base) base ;;
desktop | wiki) image "$1" ;;
vm) vm ;;
office | osworld) layer "$1" ;;
all)
    for name in desktop wiki; do
        if [ -e "$images/$name/Dockerfile" ]; then image "$name"; fi
    done
    ;;
*) fail "usage: images.sh [base|desktop|wiki|all|office|vm|osworld]" ;;
esac
