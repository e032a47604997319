#!/usr/bin/env bash
# The demo with a model of one's own: the looking policy, served by a process of its own as a real model would be.
# Usage: demo-with-model.sh
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

swift=${SWIFT:-swift}
long 'build the server' "$swift" build --package-path "$root/Examples" --product LookingModel
# On any free port; it says where once it listens.
exec {server}< <(exec "$root/Examples/.build/debug/LookingModel" 0)
running=$!
read -r -t 60 -u "$server" line || fail "the model's server does not start"
[[ $line =~ (http://[^ ]+) ]] || fail "the model's server does not say where it is: $line"
say "$line"

# The keys of hosted models would come first.
env -u ANTHROPIC_API_KEY -u OPENAI_API_KEY GODHAND_MODEL_URL="${BASH_REMATCH[1]}" make -C "$root" demo | tee "$scratch/demo"
grep -q 'Your own model decides' "$scratch/demo" || fail "the demo has not used the model"
