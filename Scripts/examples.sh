#!/usr/bin/env bash
# Builds the examples once, runs each one in a directory of its own, and looks for what it says when all went well.
# Usage: examples.sh [NAME...]   (default: all)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

declare -A last_words=(
    [FirstSandbox]='first-sandbox.png shows its menu'
    [FirstAgent]='The answer: 23 June 1912'
    [WatchAndStepIn]='the engine works.'
    [ForkAndCompare]='The origin has what it had: numbers.txt'
    [CustomBackend]='There are 0 machines after their scope'
    [CustomModel]='The goal is reached'
    [TenGoals]='article on Marie Curie: achieved'
    [EmbedInAgent]='The last word: 42'
    [ReplayTrace]='It went the same way'
)
all=(FirstSandbox FirstAgent WatchAndStepIn ForkAndCompare CustomBackend CustomModel EmbedInAgent ReplayTrace TenGoals)
[ $# -gt 0 ] || set -- "${all[@]}"

swift=${SWIFT:-swift}
build=("$swift" build --package-path "$root/Examples")
long 'build the examples' "${build[@]}"
programs=$("${build[@]}" --show-bin-path)

# Its output goes on at once, so that a line tells where it is, and is kept.
run() {
    mkdir "$scratch/$1"
    cd "$scratch/$1"
    timeout --kill-after=10 900 stdbuf -oL "$programs/$1" 2>&1 | tee output
}
for name in "$@"; do
    [ -n "${last_words[$name]:-}" ] || fail "there is no example $name; there are: ${all[*]}"
    long "$name" run "$name"
    sed 's/^/       /' "$scratch/$name/output"
    grep -qF "${last_words[$name]}" "$scratch/$name/output" || fail "$name has not said: ${last_words[$name]}"
done
say "${#} examples went well"
