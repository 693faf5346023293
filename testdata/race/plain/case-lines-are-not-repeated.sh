# A line that stands twice in a case tests nothing twice.
for case in engine/*.case codec/*.case; do
    repeated=$(sort "$case" | uniq -d)
    test -z "$repeated" || { echo "$case repeats: $repeated"; exit 1; }
done
