#!/usr/bin/env bash
# Make an image that can stand in for a registry's Python base image, from Debian's packages alone.
#   base.sh NAME        such as: base.sh localhost/python-base
# Needs root, podman and debootstrap; takes about a minute. NAME has python, pip and a virtual environment on its PATH.
set -euo pipefail
name=${1:?give the image a name}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mirror=$(awk '/^URIs:/ {print $2; exit} /^deb / {print $2; exit}' /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null | head -n 1)
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
if ! debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates "$suite" "$work/root" "$mirror" >"$work/log" 2>&1; then
	tail -n 5 "$work/log" >&2
	exit 1
fi
# The machine may trust more authorities than Debian does.
cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt"
chroot "$work/root" python3 -m venv /opt/python
tar -C "$work/root" -c . | podman import --quiet \
	--change 'ENV PATH=/opt/python/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
	--change 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' - "$name" >/dev/null
