#!/bin/sh
# Installs what is missing, by Debian package name; silent and quick when nothing is. Sets: build, test, web (only where there is no npm), bench, long.
set -eu
build="build-essential meson ninja-build pkg-config python3 libssl-dev libsqlite3-dev libyaml-dev libutf8proc-dev libsodium-dev
  libmicrohttpd-dev libgd-dev libexif-dev libseccomp-dev libgeos-dev libqrencode-dev liblinear-dev libcurl4-openssl-dev libmosquitto-dev zlib1g-dev libzip-dev libxml2-dev libcairo2-dev libpango1.0-dev libcmocka-dev tzdata"
test="clang-format-14 python3-jsonschema python3-yaml exiftool chromium chromium-driver
  python3-selenium mosquitto python3-paho-mqtt poppler-utils libreoffice-writer-nogui fonts-noto-cjk curl"
bench="wrk postgresql-15 postgresql-15-postgis-3 libpq-dev libjansson-dev libjson-c-dev libcjson-dev"
web="nodejs npm"
long="clang-14 libclang-rt-14-dev"
case "${1:-build}" in
build) wanted="$build" ;;
test) wanted="$build $test" ;;
web) wanted="$web" ;;
bench) wanted="$build $bench" ;;
long) wanted="$build $test $long" ;;
*) echo "usage: tools/deps.sh [build|test|web|bench|long]" >&2; exit 2 ;;
esac
# exiftool is a virtual name: the package is libimage-exiftool-perl
wanted=$(echo $wanted | sed 's/\bexiftool\b/libimage-exiftool-perl/')
missing=""
for p in $wanted; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
echo "Installing Debian packages:$missing"
if [ "$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
