#!/bin/sh
# The tests of this example as they run without probe: eight at once, on an empty cache, each fetching what is missing.
#
#     without-probe.sh [ROUNDS]
#
# Prints for every round how many test processes died, and of what. Exits 1 when one did, 0 when none did.
set -eu

cd "$(dirname "$0")"
rounds=${1:-1}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The same files that probe builds; here a directory of their own keeps the two apart.
build=$scratch/build
rustc --edition 2024 -C opt-level=1 --out-dir "$build" native/open.rs
for library in engine codec; do
    rustc --edition 2024 --crate-type cdylib -C opt-level=1 -C strip=symbols --out-dir "$build" "native/$library.rs"
done

# The commands of probe.toml, a line each: what it is called, then what runs; the suites mixed, as a file walk mixes them.
commands() {
    unsorted_commands | sort -t / -k 2
}

unsorted_commands() {
    for library in engine codec; do
        for case in "$library"/*.case; do
            echo "$case $build/open $library $build/lib$library.so $cache/lib$library.so $case"
        done
    done
    for test in plain/*.sh; do
        echo "$test sh $test"
    done
}

# Runs one line and leaves its exit code and what it said in files of the test's name.
cat > "$scratch/one.sh" <<'ONE'
out=$1; name=$(echo "$2" | tr / -); shift 2
"$@" > "$out/$name.said" 2>&1 && code=0 || code=$?
echo "$code" > "$out/$name.code"
ONE

kind() {
    case $(cat "$1.code") in
        0) ;;
        135) echo SIGBUS ;;
        139) echo SIGSEGV ;;
        *) grep -q ': expected ' "$1.said" && echo 'wrong data read' || sed -n 's/^Could not open library: [^ ]*: //p' "$1.said" | grep . || tail -n 1 "$1.said" ;;
    esac
}

died_of=$scratch/died-of
bad=0
round=1
while [ "$round" -le "$rounds" ]; do
    cache=$scratch/cache-$round
    out=$scratch/out-$round
    mkdir "$cache" "$out"
    commands | xargs -P 8 -L 1 sh "$scratch/one.sh" "$out" 2> /dev/null || true
    for code in "$out"/*.code; do
        kind "${code%.code}"
    done > "$died_of"
    deaths=$(grep -c . "$died_of" || true)
    tests=$(find "$out" -name '*.code' | wc -l)
    fetches=$(cat "$out"/*.said | grep -c '^Downloaded' || true)
    kinds=$(sort "$died_of" | uniq -c | sort -rn | sed 's/^ *\([0-9]*\) \(.*\)/\1 × \2/' | paste -s -d , - | sed 's/,/, /g')
    echo "round $round: $deaths of $tests test processes died, $fetches finished a download of 2 libraries${kinds:+: $kinds}"
    [ "$deaths" -eq 0 ] || bad=$((bad + 1))
    round=$((round + 1))
done

echo "$bad of $rounds rounds had deaths"
[ "$bad" -eq 0 ]
