#!/usr/bin/env bash
# Everything that a fresh machine needs: packages, an engine, the images. What is there already is left alone.
# Usage: setup.sh [IMAGE...]   (default: all)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$scripts/packages.sh"
# Inside with-engine.sh DOCKER_HOST is set, and then this only looks whether it answers.
"$scripts/engine.sh" start
for image in "${@:-all}"; do "$scripts/images.sh" "$image"; done
say "set up"
