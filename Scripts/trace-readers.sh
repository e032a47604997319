#!/usr/bin/env bash
# Makes a private Python environment with the readers of other tools' formats, which the tests hand our exports to, and
# prints the path of its interpreter. What is there already is left alone.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Only their models and readers are used, so what else they ask for is left out: a benchmark's whole runner, a browser.
# Harbor asks for a newer Python than some systems have; its models do not need it.
alone=(harbor==0.25.0 desktop-env==1.0.2)
whole=(pydantic==2.14.3 requests==2.32.5 openai==3.52.0 opentelemetry-semantic-conventions==0.66b2
    opentelemetry-proto==1.45.2)
home=${XDG_CACHE_HOME:-$HOME/.cache}/godhand/trace-readers
python=$home/bin/python
mark=$home/installed

# The interpreter's path is all that goes to standard output.
{
    mkdir -p "$(dirname "$home")"
    # Two checkouts may do this at once.
    exec {lock}>"$home.lock"
    have flock && flock "$lock"
    if [ "$(cat "$mark" 2>/dev/null)" != "${alone[*]} ${whole[*]}" ] || ! "$python" -c '' 2>/dev/null; then
        have python3 || fail "python3 is missing: exports cannot be read by the tools that they are for"
        rm -rf "$home"
        python3 -m venv "$home" || fail "python3 cannot make environments: install python3-venv"
        long "readers of traces: installing ${whole[*]}" \
            "$python" -m pip install --quiet --disable-pip-version-check "${whole[@]}"
        long "readers of traces: installing ${alone[*]}" "$python" -m pip install --quiet --disable-pip-version-check \
            --no-deps --ignore-requires-python "${alone[@]}"
        echo "${alone[*]} ${whole[*]}" >"$mark"
    fi
} >&2
echo "$python"
