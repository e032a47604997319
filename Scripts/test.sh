#!/usr/bin/env bash
# Sets up what tests need, and runs those of every package. One that fails does not keep the others from running: what went
# wrong in any of them is told together at the end.
# Usage: test.sh [ARGUMENT...]      arguments are for the library's own tests, as `swift test` takes them
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"
swift=${SWIFT:-swift}

"$scripts/setup.sh" all office vm osworld
# Assigned one by one, so that one which fails ends this.
GODHAND_WIRE_PYTHON=$("$scripts/wire-sdks.sh")
GODHAND_TRACE_READERS=$("$scripts/trace-readers.sh")
GODHAND_MCP_PYTHON=$("$scripts/mcp-client.sh")
GODHAND_OSWORLD_PYTHON=$("$scripts/osworld.sh")
GODHAND_FUZZ_PYTHON=$("$scripts/api-fuzzer.sh")
export GODHAND_WIRE_PYTHON GODHAND_TRACE_READERS GODHAND_MCP_PYTHON GODHAND_OSWORLD_PYTHON GODHAND_FUZZ_PYTHON
export GODHAND_REQUIRE_ENGINE=1 GODHAND_REQUIRE_QEMU=1

export GODHAND_FAILURES=$scratch/failures
status=0
# Few tests at once: on a small machine many starve each other, and what waits for an answer gives up. Those of the examples
# start whole programs with browsers and machines, one at a time. What tests say comes in blocks, with long silence between.
for package in Examples Examples/Services Benchmarks; do
    "$scripts/watched.sh" 900 "$swift" test --package-path "$package" --experimental-maximum-parallelization-width 1 || status=1
done
"$scripts/watched.sh" 1800 "$swift" test --experimental-maximum-parallelization-width 3 "$@" || status=1

if [ -s "$GODHAND_FAILURES" ]; then
    echo
    say "what failed:"
    cat "$GODHAND_FAILURES"
fi
exit "$status"
