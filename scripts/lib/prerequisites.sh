# shellcheck shell=bash
# What has to be on the machine before anything here can be built. Sourced, never run.
#
# The caller may set `prerequisites_caller` to the name that messages start with.

# Exit status for "this machine is not ready and could not be made ready" (README, exit statuses).
# shellcheck disable=SC2034  # Read by the scripts that source this file.
readonly status_not_ready=3

readonly swift_minimum_major=6
readonly swift_minimum_minor=2

# One line for each library: the header that proves it is there, its Debian/Ubuntu package, its
# pkg-config name (for systems that keep headers elsewhere).
readonly required_libraries=(
    "jemalloc/jemalloc.h libjemalloc-dev jemalloc"
)

# One line for each trait of the package that needs a C library: the trait, the header that proves
# that the library is there, its Debian/Ubuntu package.
readonly optional_libraries=(
    "PostgreSQL postgresql/libpq-fe.h libpq-dev"
    "Redis hiredis/hiredis.h libhiredis-dev"
    "SQLite sqlite3.h libsqlite3-dev"
)

# Prints the traits whose libraries are there, with commas: what the builds turn on. Alphabetical,
# so that the same machine always builds the same.
installed_traits() {
    local entry trait header package traits=""
    for entry in "${optional_libraries[@]}"; do
        read -r trait header package <<<"$entry"
        if [ -e "/usr/include/$header" ]; then traits+="${traits:+,}$trait"; fi
    done
    printf '%s' "$traits"
}

# Prints the packages of all traits.
optional_packages() {
    local entry trait header package
    for entry in "${optional_libraries[@]}"; do
        read -r trait header package <<<"$entry"
        printf '%s\n' "$package"
    done
}

note() { printf '%s: %s\n' "${prerequisites_caller:-urrbench}" "$*" >&2; }

# Succeeds where a new enough `swift` is on the PATH; else says where to get one.
require_swift() {
    # The official installer puts Swift here and changes the PATH of new shells only.
    local installed="${SWIFTLY_BIN_DIR:-${HOME:-/root}/.local/share/swiftly/bin}"
    if ! command -v swift >/dev/null 2>&1 && [ -x "$installed/swift" ]; then
        export PATH="$installed:$PATH"
    fi
    local wanted="Swift $swift_minimum_major.$swift_minimum_minor or newer"
    local where="get it from https://www.swift.org/install/linux/ and put it on the PATH"
    if ! command -v swift >/dev/null 2>&1; then
        note "$wanted is needed and no 'swift' was found; $where"
        return 1
    fi
    local line
    line=$(swift --version 2>/dev/null | grep -m 1 -o 'Swift version [0-9]*\.[0-9]*' || true)
    local version=${line##* }
    local major=${version%%.*} minor=${version##*.}
    if [ -z "$version" ]; then
        note "'swift --version' did not tell a version ($(command -v swift)); $where"
        return 1
    fi
    if [ "$major" -lt "$swift_minimum_major" ] ||
        { [ "$major" -eq "$swift_minimum_major" ] && [ "$minor" -lt "$swift_minimum_minor" ]; }
    then
        note "$wanted is needed, found $version ($(command -v swift)); $where"
        return 1
    fi
}

# Prints the packages whose headers are missing, one a line.
missing_packages() {
    local entry header package module
    for entry in "${required_libraries[@]}"; do
        read -r header package module <<<"$entry"
        [ -e "/usr/include/$header" ] && continue
        [ -e "/usr/local/include/$header" ] && continue
        pkg-config --exists "$module" 2>/dev/null && continue
        printf '%s\n' "$package"
    done
}

# Whether apt has lists that name an installable version of the package.
apt_knows() {
    LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep 'Candidate:' | grep -qv '(none)'
}

# Installs packages with apt: `as_root` is empty for root, else "sudo -n". Old package lists name
# versions that the mirrors no longer hold, so a failed attempt is repeated with fresh lists.
apt_install() {
    local as_root=$1
    shift
    # Another installation may hold apt's lock for a while (a new machine updating itself).
    local options=(-y -q --no-install-recommends -o DPkg::Lock::Timeout=120)
    local install=($as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install "$@")
    local update=($as_root apt-get -q -o DPkg::Lock::Timeout=120 update)
    local package fresh=no
    for package in "$@"; do
        if [ "$fresh" = no ] && ! apt_knows "$package"; then
            "${update[@]}" >&2 || return 1
            fresh=yes
        fi
    done
    if "${install[@]}" >&2; then return 0; fi
    [ "$fresh" = no ] || return 1
    "${update[@]}" >&2 && "${install[@]}" >&2
}

# Succeeds where every library is there, or could be installed; else prints the line to run.
require_libraries() {
    local missing
    mapfile -t missing < <(missing_packages)
    [ "${#missing[@]}" -eq 0 ] && return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        note "needs the development files of: ${missing[*]} (Debian's package names);" \
            "install them with this system's package manager and run this again"
        return 1
    fi
    local as_root=unknown
    if [ "$(id -u)" -eq 0 ]; then
        as_root=""
    elif sudo -n true >/dev/null 2>&1; then
        as_root="sudo -n"
    fi
    if [ "$as_root" != unknown ]; then
        note "installing ${missing[*]}"
        if apt_install "$as_root" "${missing[@]}"; then
            mapfile -t missing < <(missing_packages)
            [ "${#missing[@]}" -eq 0 ] && return 0
        fi
        note "could not install ${missing[*]}"
    fi
    note "run this and try again:"
    printf '    sudo apt-get update && sudo apt-get install -y %s\n' "${missing[*]}" >&2
    return 1
}

# Succeeds where everything is there.
require_all() { require_swift && require_libraries; }
