# Sourced by ./run and ./test: installs the Debian packages that are missing, and says so first.
#   install_packages PACKAGE...
# As an ordinary user without sudo it prints the one command to run instead.

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$package"
  done
}

install_packages() {
  local missing as_root=()
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root=(sudo)
    else
      echo "Missing packages. Please run:  sudo apt-get install $missing" >&2
      return 1
    fi
  fi
  echo "Installing: $missing" >&2
  local log
  log=$(mktemp)
  # shellcheck disable=SC2086  # the list is words
  if ! { "${as_root[@]}" apt-get update &&
         DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y --no-install-recommends $missing; } \
       >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "The packages could not be installed; the whole log is $log" >&2
    return 1
  fi
  rm -f "$log"
}

# What the program needs to be built; what it needs while running comes with these.
BUILD_PACKAGES="g++ cmake ninja-build pkg-config ccache mold libfmt-dev libexpected-dev libcli11-dev
  libtomlplusplus-dev nlohmann-json3-dev libpcre2-dev libssl-dev libsqlite3-dev libgtest-dev libgmock-dev apache2-dev libnftables-dev
  libhyperscan-dev libsystemd-dev libseccomp-dev zlib1g-dev libzstd-dev liblzma-dev"
