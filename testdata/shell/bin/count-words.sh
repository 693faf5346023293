#!/bin/sh
# Words of standard input, the most frequent first.
tr -cs '[:alpha:]' '\n' | tr '[:upper:]' '[:lower:]' | grep . | sort | uniq -c | sort -k1,1nr -k2 | awk '{ print $2, $1 }'
