#!/bin/sh
. tests/lib.sh
expect 'to be or not to be' 'be 2
to 2
not 1
or 1'
