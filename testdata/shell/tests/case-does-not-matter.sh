#!/bin/sh
. tests/lib.sh
expect 'Tea, tea. TEA!' 'tea 3'
