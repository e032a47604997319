#!/bin/sh
# Builds the guest's end of the port as one static file, so that it runs in any image. Usage: build.sh OUTPUT
set -eu
here=$(dirname "$0")
exec "${CC:-cc}" -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wshadow -Werror -static -o "$1" "$here"/*.c
