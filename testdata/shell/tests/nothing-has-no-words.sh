#!/bin/sh
. tests/lib.sh
expect ' 12, 13!' ''
