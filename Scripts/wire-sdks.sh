#!/usr/bin/env bash
# Makes a private Python environment with the providers' own SDKs, whose types the tests check our requests against, and
# prints the path of its interpreter. What is there already is left alone.
# shellcheck source-path=SCRIPTDIR source=python-home.sh
. "$(dirname "${BASH_SOURCE[0]}")/python-home.sh"

python_home wire-sdks "model SDKs" "the requests to models cannot be checked against the providers' types" \
    anthropic==2.11.0 openai==3.52.0 google-genai==3.4.0
