#!/usr/bin/env bash
# Makes a virtual environment: that of the emulator tests in target/testbed, or one in $1 of what $2 lists, and of what a
# package.json beside that lists. Does nothing when it is up to date.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
bed="${1:-$here/../../target/testbed}"
wanted="${2:-$here/requirements.txt}"
stamp="$bed/requirements.installed"

if ! command -v python3 >/dev/null; then
    echo "the emulator and editor tests need python3 (3.10 or later) with the venv module; it is not on the PATH" >&2
    exit 1
fi
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    echo "the emulator and editor tests need python3 3.10 or later; the one on the PATH is $(python3 --version 2>&1)" >&2
    exit 1
fi
if [ -f "$stamp" ] && cmp -s "$wanted" "$stamp"; then
    exit 0
fi

mkdir -p "$(dirname "$bed")"
# Two test runs at once must not write the same environment.
if command -v flock >/dev/null; then
    exec 9>"$bed.lock"
    flock 9
    if [ -f "$stamp" ] && cmp -s "$wanted" "$stamp"; then
        exit 0
    fi
fi

if ! python3 -m venv --clear "$bed"; then
    echo "python3 -m venv failed: on Debian and Ubuntu the package python3-venv is missing" >&2
    exit 1
fi
"$bed/bin/python" -m pip install --quiet --disable-pip-version-check -r "$wanted"
if [ -f "$(dirname "$wanted")/package.json" ]; then
    if ! command -v npm >/dev/null; then
        echo "the tests of Azure Blob need npm (Node.js 20 or later); it is not on the PATH" >&2
        exit 1
    fi
    cp "$(dirname "$wanted")/package.json" "$bed"
    npm install --prefix "$bed" --no-fund --no-audit --no-package-lock --ignore-scripts --loglevel=error >/dev/null
fi
cp "$wanted" "$stamp"
