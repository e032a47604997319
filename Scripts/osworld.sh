#!/usr/bin/env bash
# Makes a private Python environment with OSWorld's tasks (in cua-speedrun) and its own evaluators (desktop-env), which the
# tests compare with ours, and prints the path of its interpreter. What is there already is left alone.
# Usage: osworld.sh [tasks]      tasks: print the path of the file with all tasks instead
# shellcheck source-path=SCRIPTDIR source=python-home.sh
. "$(dirname "${BASH_SOURCE[0]}")/python-home.sh"

# Without what they ask for: that is gigabytes, and what is compared needs none of it.
python=$(python_home osworld "OSWorld's tasks" "OSWorld's tasks cannot be read" -- cua-speedrun==0.3.14 desktop-env==1.0.2)
if [ "${1:-}" = tasks ]; then
    "$python" -c 'import importlib.util as u; print(u.find_spec("cua_speedrun").submodule_search_locations[0] + "/_resources/benchmarks/osworld-tasks.json")'
else
    echo "$python"
fi
