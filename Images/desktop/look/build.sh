#!/bin/sh
# Builds the program that tells what is on the screen. Usage: build.sh OUTPUT
set -eu
here=$(dirname "$0")
# shellcheck disable=SC2046 # one word each
exec "${CC:-cc}" -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wshadow -Werror -o "$1" "$here"/*.c $(pkg-config --cflags --libs dbus-1 xcb) -lm
