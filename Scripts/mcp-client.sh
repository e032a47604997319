#!/usr/bin/env bash
# Makes a private Python environment with the protocol's own client, by which the tests use our server, and prints the path
# of its interpreter. What is there already is left alone.
# shellcheck source-path=SCRIPTDIR source=python-home.sh
. "$(dirname "${BASH_SOURCE[0]}")/python-home.sh"

python_home mcp-client "the client of the Model Context Protocol" "the server of tools cannot be tried by a real client" \
    mcp==2.3.0
