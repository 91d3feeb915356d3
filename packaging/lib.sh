# Shared by start and check; sourced, not run.

readonly min_rust=1.95
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root

# Outside the checkout, so that a clean checkout builds in a short time too.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/limn-target}
export DEBIAN_FRONTEND=noninteractive

# What the build needs: FFmpeg's headers, bindgen's clang, a C compiler.
readonly build_packages=(
    libavcodec-dev libavformat-dev libavutil-dev libswscale-dev
    libclang-dev clang pkg-config gcc libc6-dev
)
# What the window needs: a Vulkan driver (also without a graphics card), X11 and Wayland libraries.
readonly window_packages=(
    libvulkan1 mesa-vulkan-drivers libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libwayland-client0
    libx11-6 libx11-xcb1 libxcursor1 libxi6 libxrandr2
)
# File dialogs and the letters of other scripts: welcome, not needed.
readonly extra_packages=(xdg-desktop-portal fonts-noto-core)
# What the tests need: videos to read back, and a screen, a hand and an assistive technology for the real window.
readonly test_packages=(
    ffmpeg python3 xvfb openbox xdotool dbus dbus-x11 libglib2.0-bin at-spi2-core python3-pyatspi gir1.2-atspi-2.0
    python3-xlib xdg-desktop-portal xdg-desktop-portal-gtk imagemagick util-linux
)

say() { printf '%s\n' "$*"; }

stop() { # exit code, text
    printf '%s\n' "$2" >&2
    exit "$1"
}

is_installed() { [[ $(dpkg-query -W -f='${Status}' "$1" 2>/dev/null) == "install ok installed" ]]; }

missing_of() { # packages...: those that are not installed
    local package
    for package in "$@"; do
        is_installed "$package" || printf '%s ' "$package"
    done
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo DEBIAN_FRONTEND=noninteractive "$@"
    else
        stop 2 "Installing needs root or sudo. As root: $*"
    fi
}

# Installs what is missing; asks the network only then.
need_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "This system has no apt. Install these (Debian's names; yours may differ) and run cargo yourself, see README.md:" >&2
        stop 2 "  $*"
    fi
    local missing
    read -ra missing <<<"$(missing_of "$@")"
    if ((${#missing[@]} == 0)); then
        say "System packages: all there."
        return
    fi
    say "System packages: installing ${missing[*]}"
    as_root apt-get update -q=2
    as_root apt-get install -y -q=2 --no-install-recommends "${missing[@]}" >/dev/null ||
        stop 2 "apt could not install them. Try: apt-get install --no-install-recommends ${missing[*]}"
}

# As need_packages, but goes on without them; tried once only, for not every system has all of them.
want_packages() {
    local missing package tried=$CARGO_TARGET_DIR/optional-packages-tried
    read -ra missing <<<"$(missing_of "$@")"
    if ((${#missing[@]} == 0)) || [[ -e $tried ]]; then
        return
    fi
    say "Optional packages: installing ${missing[*]}"
    for package in "${missing[@]}"; do
        as_root apt-get install -y -q=2 --no-install-recommends "$package" >/dev/null 2>&1 || say "  $package: not available here, going on without it"
    done
    mkdir -p "$CARGO_TARGET_DIR"
    : >"$tried"
}

need_rust() {
    if ! command -v cargo >/dev/null && [[ -f $HOME/.cargo/env ]]; then
        # shellcheck disable=SC1091
        source "$HOME/.cargo/env"
    fi
    if ! command -v cargo >/dev/null; then
        stop 2 "Rust is missing. Install rustup (Debian 13 and Ubuntu 24.04 have the package rustup; else see the Rust project's
site), then run: rustup default stable"
    fi
    local version
    version=$(rustc --version | cut -d' ' -f2)
    if [[ $(printf '%s\n' "$min_rust" "${version%%-*}" | sort -V | head -n1) != "$min_rust" ]]; then
        stop 2 "Rust $version is too old, Limn needs $min_rust. Run: rustup update stable"
    fi
    say "Rust: $version"
}
