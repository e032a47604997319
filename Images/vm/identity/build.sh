#!/bin/sh
# Builds the program that gives a copied machine an identity of its own. Usage: build.sh OUTPUT
set -eu
here=$(dirname "$0")
exec "${CC:-cc}" -std=c11 -D_GNU_SOURCE -Os -Wall -Wextra -Wshadow -Werror -static -s -o "$1" "$here"/*.c
