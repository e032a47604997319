#!/usr/bin/env bash
# Makes a private Python environment with the readers of other tools' formats, which the tests hand our exports to, and
# prints the path of its interpreter. What is there already is left alone.
# shellcheck source-path=SCRIPTDIR source=python-home.sh
. "$(dirname "${BASH_SOURCE[0]}")/python-home.sh"

# Only the models and readers of the last two are used, so what else they ask for is left out: a benchmark's whole runner,
# a browser. Harbor asks for a newer Python than some systems have; its models do not need it.
python_home trace-readers "readers of traces" "exports cannot be read by the tools that they are for" \
    pydantic==2.14.3 requests==2.32.5 openai==3.52.0 opentelemetry-semantic-conventions==0.66b2 \
    opentelemetry-proto==1.45.2 -- harbor==0.25.0 desktop-env==1.0.2
