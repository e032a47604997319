#!/bin/sh
# Prints what the cells of a spreadsheet show, as CSV; with "formulas" what stands in them.
# Usage: sheet FILE [formulas]
filter=csv
if [ "${2:-}" = formulas ]; then filter='csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,true'; fi
place=$(mktemp -d)
# A profile of its own: the program that the file is open in has the usual one.
soffice -env:UserInstallation=file:///tmp/sheet-profile --headless --convert-to "$filter" --outdir "$place" "$1" >/dev/null 2>&1
cat "$place"/*.csv
rm -r "$place"
