#!/usr/bin/env bash
# Runs the demo and the search by branching, and makes a video of each: Results/wiki.mp4 and Results/branching.mp4.
# Usage: video.sh [demo|branching]...   (default: both)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

swift=${SWIFT:-swift}
[ $# -gt 0 ] || set -- demo branching
"$scripts/packages.sh" video

# film TARGET NAME: what the target says goes on, and tells where the run lies.
film() {
    local run
    make -C "$root" "$1" | tee "$scratch/$1"
    run=$(sed -n 's/.*Results are in \(.*[^/]\)\/*$/\1/p' "$scratch/$1" | tail -n 1)
    [ -n "$run" ] || fail "make $1 does not say where its run lies"
    # Where the target ran.
    case $run in /*) ;; *) run=$root/$run ;; esac
    long "record $run" "$swift" run --package-path "$root/Examples" trace video "$run" --output "$root/Results/$2.mp4"
    say "the video: Results/$2.mp4"
}
for what in "$@"; do
    case $what in
    demo) film demo wiki ;;
    branching) film demo-branching branching ;;
    *) fail "there is no video of $what; there are: demo, branching" ;;
    esac
done
