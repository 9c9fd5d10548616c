#!/bin/sh
# macOS opens this file in Terminal; the window that shows the set-up comes in front of it.
exec python3 "$(dirname -- "$0")/../../desktop/setup/launcher.py" "$@"
