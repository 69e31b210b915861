#!/usr/bin/env bash
# Installs what `make demo`, `make test` and `make check` need, once. Does nothing (in well under a second) when nothing changed.
# usage: setup.sh demo|test [vpcd]
set -euo pipefail
cd "$(dirname "$0")/.."
want=${1:-demo}
card=${2:-}
stamp=.venv/komado-setup
say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

lock=deploy/locks/run.txt
packages=(fonts-morisawa-bizud-gothic fonts-noto-cjk)
if [ "$want" = test ]; then
  lock=deploy/locks/dev.txt
  packages+=(chromium pcscd vsmartcard-vpcd opensc libpcsclite-dev swig gcc python3-dev strace tesseract-ocr)
elif [ "$card" = vpcd ]; then
  lock=deploy/locks/dev.txt
  packages+=(pcscd vsmartcard-vpcd libpcsclite-dev swig gcc python3-dev)
fi
command -v python3 >/dev/null || packages+=(python3)
command -v python3 >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
command -v npm >/dev/null || packages+=(nodejs npm)

# What this set-up is made of; when the sum is unchanged there is nothing to do.
sum=$(cat "$0" "$lock" package-lock.json deploy/vendor.py | sha256sum | cut -c1-16)
if [ -f "$stamp" ] && grep -qx "$want$card $sum" "$stamp"; then exit 0; fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  root=()
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then root=(sudo -n)
    elif command -v sudo >/dev/null && [ -t 0 ]; then root=(sudo)
    else
      say "Missing system packages, and no way to become root: please have somebody run   apt-get install ${missing[*]}"
      exit 1
    fi
  fi
  say "1/3 system packages: ${missing[*]}"
  "${root[@]}" apt-get update -q >/dev/null || say "apt-get update failed; trying with the lists that are there"
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null \
    || { say "apt-get could not install: ${missing[*]}"; exit 1; }
fi

if ! [ -x .venv/bin/python ]; then
  python3 -m venv .venv || { say "python3 cannot make a virtual environment: install python3-venv"; exit 1; }
fi
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "Python 3.11 or newer is needed"; exit 1; }
pysum=$(sha256sum < "$lock" | cut -c1-16)
if ! grep -qsx "python $pysum" "$stamp"; then
  say "2/3 Python packages ($(grep -c '^[a-z].*==' "$lock") of them, about a minute)"
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$lock" 2> >(grep -v '^WARNING: Location' >&2) \
    || { say "pip could not install the locked packages: is a package index reachable?"; exit 1; }
fi
say "3/3 browser libraries"
if [ "$want" = test ]; then npm ci --silent --no-audit --no-fund; else [ -d node_modules/lit ] || npm ci --silent --no-audit --no-fund --omit=dev; fi \
  || { say "npm could not install the browser libraries: is a package index reachable?"; exit 1; }
.venv/bin/python deploy/vendor.py

old=$(grep -sv "^$want$card \|^python $pysum$" "$stamp" || true)
printf '%s\n' "$old" "python $pysum" "$want$card $sum" | sed '/^$/d' > "$stamp"
say "ready"
