# A case without lines would pass whatever the library did.
for case in engine/*.case codec/*.case; do
    test -s "$case" || { echo "$case is empty"; exit 1; }
done
