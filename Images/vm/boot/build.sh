#!/bin/sh
# Builds process 1 of a virtual machine as one static file, which also is /init of its initial memory file system.
# Usage: build.sh OUTPUT
set -eu
here=$(dirname "$0")
exec "${CC:-cc}" -std=c11 -D_GNU_SOURCE -Os -Wall -Wextra -Wshadow -Werror -static -s -o "$1" "$here"/*.c
