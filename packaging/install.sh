#!/bin/sh
# Installs probe @VERSION@ from its release: fetches the archive for this machine, checks its sum, and puts the program into
# a directory. A probe that is running goes on with its old file.
#
#   PROBE_INSTALL_DIR   where to (default: ~/.local/bin)
#   PROBE_DOWNLOAD      where from: an address, or a directory that has the files of a release
set -eu

download=${PROBE_DOWNLOAD:-@DOWNLOAD@}

fail() {
    printf 'install.sh: %s\n' "$1" >&2
    exit 1
}

case $(uname -s) in
    Linux) system=unknown-linux-musl ;;
    *) fail "there is no probe for $(uname -s), only for Linux" ;;
esac
case $(uname -m) in
    x86_64 | amd64) target=x86_64-$system ;;
    aarch64 | arm64) target=aarch64-$system ;;
    *) fail "there is no probe for Linux on $(uname -m), only for x86_64 and aarch64" ;;
esac

if [ -n "${PROBE_INSTALL_DIR:-}" ]; then
    to=$PROBE_INSTALL_DIR
elif [ -n "${HOME:-}" ]; then
    to=$HOME/.local/bin
else
    fail 'HOME is not set: say by PROBE_INSTALL_DIR where probe goes'
fi
mkdir -p "$to" 2> /dev/null || fail "cannot make \`$to\`: set PROBE_INSTALL_DIR to a directory that you may write to"
# Beside its place, so that a rename puts it there.
work=$(mktemp -d "$to/.probe-install.XXXXXX" 2> /dev/null) ||
    fail "cannot write to \`$to\`: set PROBE_INSTALL_DIR to a directory that you may write to"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fetch() {
    case $download in
        *://*) ;;
        *)
            cp "$download/$1" "$work/$1" || fail "there is no \`$download/$1\`"
            return
            ;;
    esac
    if command -v curl > /dev/null; then
        curl --fail --silent --show-error --location --retry 3 --output "$work/$1" "$download/$1" ||
            fail "cannot fetch $download/$1"
    elif command -v wget > /dev/null; then
        wget -q -O "$work/$1" "$download/$1" || fail "cannot fetch $download/$1"
    else
        fail 'neither curl nor wget is installed: install one of them'
    fi
}

sum() {
    if command -v sha256sum > /dev/null; then
        sha256sum "$1"
    elif command -v shasum > /dev/null; then
        shasum -a 256 "$1"
    elif command -v openssl > /dev/null; then
        openssl dgst -sha256 -r "$1"
    else
        fail 'nothing can check the sum: install sha256sum, shasum or openssl'
    fi
}

archive=probe-test-runner-$target.tar.gz
fetch "$archive"
fetch "$archive.sha256"
wanted=$(cut -d ' ' -f 1 "$work/$archive.sha256")
found=$(sum "$work/$archive")
found=${found%% *}
[ -n "$wanted" ] && [ "$found" = "$wanted" ] ||
    fail "$archive has sha256 $found, and must have $wanted: it was cut or changed on its way; nothing was installed"

tar -xzf "$work/$archive" -C "$work" || fail "cannot unpack $archive: tar and gzip must be installed"
program=$work/probe-test-runner-$target/probe
said=$("$program" --version) || fail "\`$program --version\` failed; nothing was installed"
[ ! -d "$to/probe" ] || fail "\`$to/probe\` is a directory: move it away; nothing was installed"
mv -f "$program" "$to/probe" || fail "cannot replace \`$to/probe\`"
printf '%s is installed as %s\n' "$said" "$to/probe"

case ":$PATH:" in
    *":$to:"*)
        first=$(command -v probe || true)
        [ "$first" = "$to/probe" ] || printf 'Another probe comes before it in PATH: %s\n' "$first"
        ;;
    *)
        case ${SHELL:-} in
            */fish) printf 'It is not in PATH yet: run   fish_add_path %s\n' "$to" ;;
            */zsh) printf 'It is not in PATH yet: add to ~/.zshrc   export PATH="%s:$PATH"\n' "$to" ;;
            *) printf 'It is not in PATH yet: add to ~/.profile   export PATH="%s:$PATH"\n' "$to" ;;
        esac
        ;;
esac
