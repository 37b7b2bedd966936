#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Unpacks MySQL's own server and client library from Debian's unstable branch into a folder,
# without installing anything: the server runs through the unpacked loader. Only that branch has
# MySQL 9. Needs apt with fresh lists, and some 300 MB.
#   bash tests/support/get_mysql.sh PREFIX     → PREFIX/bin/mysqld, PREFIX/lib/pkgconfig
# Programs are built with that client library by PKG_CONFIG_PATH=PREFIX/lib/pkgconfig and
# -DERP2MYSQL_MYSQL_CLIENT=mysql; they start through the unpacked loader by themselves.
# Exit code 69 and a reason on stderr when the packages cannot be had.
set -euo pipefail

[ $# = 1 ] || { echo "usage: bash tests/support/get_mysql.sh PREFIX" >&2; exit 64; }
prefix=$(realpath -m "$1")
[ ! -x "$prefix/bin/mysqld" ] || exit 0
unavailable() { echo "get_mysql: $1: no MySQL server" >&2; rm -rf "$prefix"; exit 69; }
command -v apt-get >/dev/null && command -v dpkg >/dev/null || unavailable "this is no Debian"

apt=$prefix/apt
mkdir -p "$prefix/bin" "$prefix/root" "$apt"/{lists,archives}/partial
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security |
  head -1) || unavailable "apt knows no mirror; run apt-get update"
# Only helper scripts of the server want perl: claim that it is there.
printf '%s\n' 'Package: perl' 'Status: install ok installed' 'Architecture: amd64' \
  'Multi-Arch: allowed' 'Version: 99' 'Maintainer: none' 'Description: stands in' '' > "$apt/status"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keys] $mirror sid main" > "$apt/sources.list"
cat > "$apt/conf" <<CONF
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt";
Dir::Cache::archives "$apt/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Install-Recommends "false";
Acquire::Languages "none";
CONF
[ "$(id -u)" != 0 ] || echo 'APT::Sandbox::User "root";' >> "$apt/conf"
export APT_CONFIG=$apt/conf
apt-get -qq update >&2 || unavailable "the package index cannot be read"
apt-get -qq -y --download-only install mysql-server-core libmysqlclient-dev >&2 ||
  unavailable "the packages cannot be fetched"
for package in "$apt"/archives/*.deb; do dpkg -x "$package" "$prefix/root"; done
# Apart from the C library's headers, which must not meet those of this system.
mkdir -p "$prefix/include"
cp -r "$prefix/root/usr/include/mysql" "$prefix/include/"

usr=$prefix/root/usr
libraries=$usr/lib/x86_64-linux-gnu
# The library in a folder without that branch's C library, which the linker must not find; what both
# need of it is found when a program starts.
mkdir -p "$prefix/lib/pkgconfig"
ln -sf "$libraries/libmysqlclient.so" "$prefix/lib/libmysqlclient.so"
cat > "$prefix/lib/pkgconfig/mysqlclient.pc" <<PC
Name: mysqlclient
Description: MySQL client library, of another branch of Debian
Version: $(sed -n 's/^Version: //p' "$libraries/pkgconfig/mysqlclient.pc")
Cflags: -I$prefix/include/mysql -I$prefix/include
Libs: -L$prefix/lib -lmysqlclient -Wl,--allow-shlib-undefined -Wl,--disable-new-dtags -Wl,-rpath,$libraries -Wl,--dynamic-linker,$usr/lib64/ld-linux-x86-64.so.2
PC
printf '#!/bin/sh\nexec %s --library-path %s %s "$@"\n' \
  "$usr/lib64/ld-linux-x86-64.so.2" "$libraries" "$usr/sbin/mysqld" > "$prefix/bin/mysqld.new"
chmod +x "$prefix/bin/mysqld.new"
"$prefix/bin/mysqld.new" --no-defaults --version >&2 || unavailable "the server does not start"
rm -rf "$apt"
mv "$prefix/bin/mysqld.new" "$prefix/bin/mysqld"  # last: its presence means that all is there
