#!/usr/bin/env bash
# bench/conf.sh [N]: reads N virtual hosts (10,000), in one file and in N, with apache2 -t, augtool,
# certbot's parser and stockade on this machine in one run; prints seconds, peak memory and the ratio
# to apache2. Then 1,000, 10,000 and 100,000 hosts with stockade alone: the cost of one is to stay.
# Then the access matrix and a comparison of 40 hosts.
# Wants build/bench (cmake --preset bench && cmake --build build/bench --target make_config read_config).
set -eu
cd "$(dirname "$0")/.."
hosts=${1:-10000}
tools=build/bench/bench
[ -x $tools/make_config ] && [ -x $tools/read_config ] ||
  { echo "no $tools/make_config: run cmake --preset bench && cmake --build build/bench" >&2; exit 2; }
[ -x /usr/bin/time ] || { echo "no /usr/bin/time: install the package time" >&2; exit 2; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# row NAME COMMAND...: the best of three; its memory is that run's.
row() {
  local name=$1 best="" line status; shift
  for _ in $(seq "${rounds:-3}"); do
    status=0
    /usr/bin/time -o "$scratch/time" -f '%e %M' "$@" >"$scratch/out" 2>&1 || status=$?
    line=$(tail -n 1 "$scratch/time")
    if [ -z "$best" ] || awk -v a="${line% *}" -v b="${best% *}" 'BEGIN { exit !(a < b) }'; then best=$line; fi
  done
  [ -n "$base" ] || base=${best% *}
  echo "$name $best" | awk -v base="$base" -v status="$status" \
    '{ printf "  %-28s %8.2f s %8.1f MiB %7.2fx  exit %d\n", $1, $2, $3 / 1024, (base > 0 ? $2 / base : 0), status }'
}

for shape in one many; do
  rm -rf "$scratch/site"
  $tools/make_config "$hosts" "$scratch/site" $shape
  echo "$hosts virtual hosts, $shape file(s):"
  base=""
  if command -v apache2 >/dev/null; then row apache2-t apache2 -t -f "$scratch/site/main.conf"; else echo "  apache2: not here"; fi
  if command -v augtool >/dev/null; then
    row augtool augtool --noautoload --noload --transform "Httpd incl $scratch/site/*.conf" \
      --transform "Httpd incl $scratch/site/hosts/*.conf" -e load
  else
    echo "  augtool: not here"
  fi
  if /usr/bin/python3 -c 'import certbot_apache' 2>/dev/null; then
    rounds=1 row certbot bench/certbot_parse.py "$scratch/site/main.conf"
  else
    echo "  certbot: python3-certbot-apache is not here"
  fi
  row reader-alone $tools/read_config "$scratch/site/main.conf"
  sed 's/^/    /' "$scratch/out"
  if [ -x build/release/stockade ]; then
    row stockade-audit build/release/stockade audit --format json --config "$scratch/site/main.conf"
  else
    echo "  stockade: build/release/stockade is not built"
  fi
done

echo "stockade alone, one file:"
for count in 1000 10000 100000; do
  rm -rf "$scratch/site"
  $tools/make_config $count "$scratch/site" one
  base=""
  row "$count-hosts-read" $tools/read_config "$scratch/site/main.conf"
  row "$count-hosts-audited" build/release/stockade audit --format json --config "$scratch/site/main.conf"
done

echo "who gets what, 40 hosts:"
rm -rf "$scratch/site"
$tools/make_config 40 "$scratch/site" one
base=""
row 40-hosts-matrix build/release/stockade matrix --format json --config "$scratch/site/main.conf"
row 40-hosts-diff build/release/stockade diff "$scratch/site/main.conf" "$scratch/site/main.conf"
