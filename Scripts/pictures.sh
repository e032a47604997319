#!/usr/bin/env bash
# Makes the pictures of the documentation that show a run: its page as a browser draws it, light and dark, the page of a
# search, and the run as an animated picture, if that lies in the run's directory.
# Usage: pictures.sh RUN SEARCH, both directories with a report.html
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ $# = 2 ] || fail "usage: pictures.sh RUN SEARCH"
for need in chromium ffmpeg; do have "$need" || fail "$need is missing: Scripts/packages.sh test"; done
pictures=$(cd "$scripts/../Documentation/Pictures" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A colour table of its own makes such a picture a third as large.
picture() { # PAGE NAME HEIGHT [OPTION...]
    local page name=$2 height=$3
    page=$(realpath "$1")
    chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/profile" \
        --window-size=1280,"$height" --virtual-time-budget=10000 --screenshot="$work/$name" "${@:4}" "file://$page" >/dev/null 2>&1
    [ -s "$work/$name" ] || fail "chromium made no picture of $page"
    ffmpeg -v error -y -i "$work/$name" \
        -vf 'split [a][b]; [a] palettegen=stats_mode=single [p]; [b][p] paletteuse=dither=none' -frames:v 1 "$pictures/$name"
    say "$pictures/$name"
}

dark=--blink-settings=preferredColorScheme=0
picture "$1/report.html" report.png 1240
picture "$1/report.html" report-dark.png 1240 $dark
picture "$2/report.html" search.png 1320
picture "$2/report.html" search-dark.png 1320 $dark
if [ -e "$1/run.gif" ]; then cp "$1/run.gif" "$pictures/run.gif" && say "$pictures/run.gif"; fi
