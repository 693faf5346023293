# Read by the tests: fails unless `count-words` prints the second text for the first one.
expect() {
    printed=$(printf '%s' "$1" | sh bin/count-words.sh) || true
    [ "$printed" = "$2" ] || { printf 'expected:\n%s\nprinted:\n%s\n' "$2" "$printed" >&2; exit 1; }
}
