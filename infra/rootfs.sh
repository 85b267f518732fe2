#!/bin/sh
# rootfs.sh PROGRAM FOLDER: lays out the root of a container that holds one program and what it is linked with.
set -eu
program=$1
root=$2
mkdir -p "$root/data" "$root/tmp" "$root/etc/ssl/certs"
chmod 1777 "$root/tmp"
install -m 755 "$program" "$root/$(basename "$program")"
# The loader and each library, at the paths that are written in the program.
ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
    install -D -m 755 "$library" "$root$library"
done
install -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
echo 'kaibo:x:65532:65532::/data:/' >"$root/etc/passwd"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
