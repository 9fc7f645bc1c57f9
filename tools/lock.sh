#!/bin/sh
# Writes requirements.lock anew from pyproject.toml: exact versions and the hashes of every file of each release, so that
# one lock serves Linux and Windows. Needs pip-tools (pip install pip-tools), which the program itself never does.
# The lock names no package index: pip asks whichever one the machine is set up for.
set -eu
cd "$(dirname "$0")/.."
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --extra dev \
    --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-options \
    --output-file "$fresh" pyproject.toml
# pip-compile evaluates the markers of the machine it runs on; this one must stay a marker.
sed 's/^\(colorama==[^ ]*\) /\1 ; sys_platform == "win32" /' "$fresh" > requirements.lock
