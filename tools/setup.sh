# Read by ./dubu when the environment is missing or older than the lock. Sets up, in this order: Python, the system
# libraries Qt needs, the virtual environment, the pinned packages. Uses $here and $venv; leaves the stamp at the end, so
# that an interrupted set-up is simply done again.

say() { printf '%s\n' "$*"; }

fail() {
    say ""
    for line in "$@"; do say "$line"; done
    exit 1
}

# A Python from 3.11 to 3.13 that can make virtual environments.
find_python() {
    for python in "${DUBU_PYTHON:-}" python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        [ -n "$python" ] || continue
        if "$python" -c 'import sys, venv, ensurepip, ctypes, ssl; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
            >/dev/null 2>&1; then
            return 0
        fi
    done
    python=
    return 1
}

# The packages that bring such a Python: the system's own, or beside one that is too old or too new the newest that fits.
python_packages() {
    if command -v python3 >/dev/null 2>&1 &&
        ! python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; then
        for version in 3.13 3.12 3.11; do
            if apt-cache show "python$version-venv" >/dev/null 2>&1; then
                say "python$version python$version-venv"
                return
            fi
        done
    fi
    say "python3 python3-venv"
}

# Prints the Debian packages whose library cannot be loaded (all of them while there is no Python to try with).
missing_packages() {
    list=$here/tools/missing_packages.py
    if find_python; then
        "$python" "$list"
    else
        python_packages
        python3 "$list" 2>/dev/null || sed -n 's/^    ("\([a-z0-9.+-]*\)", .*/\1/p' "$list"
    fi
}

install_packages() {
    packages=$(missing_packages | tr '\n' ' ')
    packages=${packages% }
    [ -n "$packages" ] || return 0
    line="apt-get update && apt-get install -y --no-install-recommends $packages"
    if ! command -v apt-get >/dev/null 2>&1; then
        fail "这台电脑缺少以下系统组件，请用系统的软件安装工具装好后再运行（名称按 Debian）：" \
            "Missing system packages (Debian names); install them, then run this again:" "  $packages"
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null 2>&1; then line="sudo sh -c '$line'"; else line="su -c '$line'"; fi
        fail "缺少系统组件，需要管理员安装一次。请复制下面一行运行，然后再次运行本命令：" \
            "System packages are missing. Run this line once as an administrator, then run this command again:" \
            "" "  $line" ""
    fi
    say "正在安装系统组件 / Installing system packages: $packages"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q && apt-get install -y -q --no-install-recommends $packages </dev/null ||
        fail "系统组件没有装上，请检查软件源后再运行：" "apt-get failed; check the package sources, then run:" "  $line"
}

# An old environment is kept when its Python still fits; pip then only changes what differs.
make_environment() {
    if ! "$venv/bin/python" -c 'import sys, pip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; then
        rm -rf "$venv"
        mkdir -p "${venv%/*}"
        # A stick or a shared folder may not hold symbolic links; copies work everywhere.
        "$python" -m venv "$venv" >/dev/null 2>&1 || { rm -rf "$venv" && "$python" -m venv --copies "$venv"; } ||
            fail "不能在这里建立运行环境：$venv" "The environment cannot be made there."
    fi
}

install_locked() {
    set -- --require-hashes --no-input --disable-pip-version-check --no-warn-script-location
    if [ "$(id -u)" -eq 0 ]; then set -- "$@" --root-user-action=ignore; fi
    if [ -d "$here/wheelhouse" ]; then
        say "从 wheelhouse 文件夹安装，不用网络 / Installing from wheelhouse, without a network"
        set -- "$@" --no-index --find-links "$here/wheelhouse"
    fi
    "$venv/bin/python" -m pip install "$@" -r "$here/requirements.lock" ||
        fail "$(cat "$here/tools/setup-failed.txt")"
}

set_up() {
    cat "$here/tools/setup-begins.txt"
    rm -f "$venv/dubu.lock"
    install_packages
    # Once more: the system's own Python may have turned out too old, and what is still missing is better said now.
    install_packages
    find_python || fail "$(cat "$here/tools/setup-python.txt")"
    make_environment
    install_locked
    cp "$here/requirements.lock" "$venv/dubu.lock"
    say "准备好了 / Ready."
}
