#!/usr/bin/env bash
# Installs the system packages that the library and the scripts need, if any of them is missing.
# Usage: packages.sh [test|vm|service|video]
#   test: with what only the tests need: an X server of this machine with a few programs, a browser, ffmpeg, and Python
#   vm:   with what only virtual machines need: QEMU
#   service: with what only the example services need: SQLite
#   video: with what only videos need: ffmpeg and a font
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# What is needed, and a way to see that it is there without asking a package manager.
header() { for directory in /usr/include /usr/include/* /usr/local/include /opt/homebrew/include; do [ -e "$directory/$1" ] && return; done; return 1; }
missing_debian() {
    header rfb/rfbclient.h || echo libvncserver-dev
    header png.h || echo libpng-dev
    header zlib.h || echo zlib1g-dev
    header curl/curl.h || echo libcurl4-openssl-dev
    have pkg-config || echo pkg-config
    have curl || echo curl
    have git || echo git
    have flock || echo util-linux
    # An engine that answers may be anything; without one we start Docker's.
    if ! engine_find >/dev/null; then
        have dockerd || echo docker.io
        have iptables || echo iptables
        have ip || echo iproute2
    fi
    # Newer releases have the command in a package of its own.
    if ! have docker; then
        if apt-cache show docker-cli >/dev/null 2>&1; then echo docker-cli; else echo docker.io; fi
    fi
    # What looks at the screen where no model is set reads by it.
    have tesseract || echo tesseract-ocr
    have mmdebstrap || echo mmdebstrap
    [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || echo debian-archive-keyring
    [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
    if [ "$1" = vm ]; then
        case $(uname -m) in
        x86_64) have qemu-system-x86_64 || echo qemu-system-x86 ;;
        *) have qemu-system-aarch64 || echo qemu-system-arm ;;
        esac
        have qemu-img || echo qemu-utils
    fi
    case $1 in test | service) header sqlite3.h || echo libsqlite3-dev ;; esac
    case $1 in
    test | video)
        have ffmpeg || echo ffmpeg
        [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || echo fonts-dejavu-core
        ;;
    esac
    if [ "$1" != test ]; then return; fi
    # For the providers' SDKs, whose types the tests check our requests against.
    have python3 || echo python3
    python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
    have Xvnc || echo tigervnc-standalone-server
    have vncpasswd || echo tigervnc-tools
    have xterm || echo xterm
    have xdotool || echo xdotool
    have xclip || echo xclip
    have xev || echo x11-utils
    have xrandr || echo x11-xserver-utils
    have setxkbmap || echo x11-xkb-utils
    # Traces as pages in a real browser.
    have chromium || echo chromium
    [ -e /usr/include/X11/keysymdef.h ] || echo x11proto-dev
}

install_debian() {
    local root_command=()
    [ "$(id -u)" = 0 ] || root_command=(sudo)
    # A lock held by somebody else's apt is worth waiting for.
    "${root_command[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 update
    "${root_command[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

case $(uname) in
Linux)
    if have apt-get; then
        mapfile -t packages < <(missing_debian "${1:-}" | sort -u)
        if [ ${#packages[@]} = 0 ]; then
            say "packages: all there"
        else
            [ "$(id -u)" = 0 ] || sudo -v || fail "these packages are missing and need root: ${packages[*]}"
            long "packages: installing ${packages[*]}" install_debian "${packages[@]}"
        fi
    else
        say "This is neither Debian nor Ubuntu. Install by your own package manager:"
        say "  the development files of LibVNCClient, libpng and libcurl, pkg-config, and Docker"
        say "  (Fedora: dnf install libvncserver-devel libpng-devel libcurl-devel pkgconf moby-engine mmdebstrap)"
        for need in rfb/rfbclient.h png.h curl/curl.h; do header "$need" || fail "the header $need is missing"; done
    fi
    ;;
Darwin)
    for need in rfb/rfbclient.h:libvncserver png.h:libpng; do
        if ! header "${need%%:*}"; then say "missing: brew install ${need#*:}" && absent=1; fi
    done
    if [ "${1:-}" = vm ] && ! have qemu-img; then say "missing: brew install qemu" && absent=1; fi
    if ! engine_find >/dev/null; then say "missing: an engine: brew install --cask docker, or: brew install colima docker && colima start" && absent=1; fi
    [ -z "${absent:-}" ] || fail "install what is missing and try again"
    say "packages: all there"
    ;;
*) fail "neither Linux nor macOS: not supported" ;;
esac
