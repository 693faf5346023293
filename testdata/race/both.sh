# One test that needs both libraries: OPEN is the test program.
#     both.sh OPEN
set -e
"$1" engine build/libengine.so cache/libengine.so engine/first-page.case
"$1" codec build/libcodec.so cache/libcodec.so codec/first-page.case
