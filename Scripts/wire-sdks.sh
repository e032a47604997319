#!/usr/bin/env bash
# Makes a private Python environment with the providers' own SDKs, whose types the tests check our requests against, and
# prints the path of its interpreter. What is there already is left alone.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

sdks=(anthropic==2.11.0 openai==3.52.0 google-genai==3.4.0)
home=${XDG_CACHE_HOME:-$HOME/.cache}/godhand/wire-sdks
python=$home/bin/python
mark=$home/installed

# The interpreter's path is all that goes to standard output.
{
    mkdir -p "$(dirname "$home")"
    # Two checkouts may do this at once.
    exec {lock}>"$home.lock"
    have flock && flock "$lock"
    if [ "$(cat "$mark" 2>/dev/null)" != "${sdks[*]}" ] || ! "$python" -c '' 2>/dev/null; then
        have python3 || fail "python3 is missing: the requests to models cannot be checked against the providers' types"
        rm -rf "$home"
        python3 -m venv "$home" || fail "python3 cannot make environments: install python3-venv"
        long "model SDKs: installing ${sdks[*]}" "$python" -m pip install --quiet --disable-pip-version-check "${sdks[@]}"
        echo "${sdks[*]}" >"$mark"
    fi
} >&2
echo "$python"
