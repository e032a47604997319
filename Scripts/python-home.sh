# To be sourced: Python environments of our own, for tests that hand our data to other people's code.
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# python_home NAME LABEL LOSS PACKAGE... [-- PACKAGE...]
# Makes an environment with these packages, unless it is there, and prints the path of its interpreter. Those behind the
# dashes come without what they ask for, and on any version of Python. LOSS is what cannot be done without it.
python_home() {
    local home=${XDG_CACHE_HOME:-$HOME/.cache}/godhand/$1 label=$2 loss=$3 whole=() lock
    shift 3
    local packages="$*" python=$home/bin/python
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        whole+=("$1")
        shift
    done
    [ $# -eq 0 ] || shift
    # The interpreter's path is all that goes to standard output.
    {
        mkdir -p "$(dirname "$home")"
        # Two checkouts may do this at once.
        exec {lock}>"$home.lock"
        have flock && flock "$lock"
        if [ "$(cat "$home/installed" 2>/dev/null)" != "$packages" ] || ! "$python" -c '' 2>/dev/null; then
            have python3 || fail "python3 is missing: $loss"
            rm -rf "$home"
            python3 -m venv "$home" || fail "python3 cannot make environments: install python3-venv"
            local install=("$python" -m pip install --quiet --disable-pip-version-check)
            if [ ${#whole[@]} -gt 0 ]; then long "$label: installing ${whole[*]}" "${install[@]}" "${whole[@]}"; fi
            if [ $# -gt 0 ]; then
                long "$label: installing $*" "${install[@]}" --no-deps --ignore-requires-python "$@"
            fi
            echo "$packages" >"$home/installed"
        fi
    } >&2
    echo "$python"
}
