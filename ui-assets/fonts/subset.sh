#!/bin/sh
# Makes the smaller typefaces of this folder from the full ones.
# Needs fonttools (pip install fonttools) and the Debian packages named in README.md.
set -eu
cd "$(dirname "$0")"
inter=${INTER:-/usr/share/fonts/opentype/inter}
noto=${NOTO:-/usr/share/fonts/truetype/noto}
cjk=${CJK:-/usr/share/fonts/opentype/noto}

for weight in Regular SemiBold; do
    # All characters; of the variants only what text is shaped with.
    pyftsubset "$inter/Inter-$weight.otf" --unicodes='*' \
        --layout-features=kern,liga,calt,ccmp,locl,mark,mkmk,case --output-file="Inter-$weight.otf"
done
pyftsubset "$noto/NotoSansMono-Regular.ttf" \
    --unicodes=U+0020-052F,U+1E00-1FFF,U+2010-2044,U+20A0-20BF,U+2190-2193,U+2200-22FF,U+2500-259F \
    --layout-features=ccmp,locl,mark,mkmk --output-file=NotoSansMono-Regular.ttf
pyftsubset "$noto/NotoSansSymbols2-Regular.ttf" \
    --unicodes=U+2190-23FF,U+2500-27BF,U+2900-297F,U+2B00-2BFF --output-file=NotoSansSymbols2-Regular.ttf
# The second face of the collection is the Korean one.
pyftsubset "$cjk/NotoSansCJK-Regular.ttc" --font-number=1 --unicodes=U+3130-318F,U+AC00-D7A3 \
    --layout-features= --no-hinting --output-file=NotoSansKR-Regular.otf
