#!/usr/bin/env bash
# Makes a private Python environment with a program that tries an interface by its OpenAPI document, by which the tests try
# the task service, and prints the path of its interpreter. What is there already is left alone.
# shellcheck source-path=SCRIPTDIR source=python-home.sh
. "$(dirname "${BASH_SOURCE[0]}")/python-home.sh"

python_home api-fuzzer "the fuzzer of the task service" "the service cannot be tried by its own document" \
    schemathesis==4.32.5
