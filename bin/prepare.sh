# Read by the commands beside it. `prepare requirements.txt` goes to the checkout and makes .venv hold those packages.
called_from=$PWD
prepare() {
    cd -- "$(dirname -- "$0")/.."
    if ! command -v "${PYTHON:-python3}" >/dev/null; then
        echo "Daybook needs Python 3.11 or newer; on Debian and Ubuntu: sudo apt install python3 python3-venv" >&2
        exit 1
    fi
    "${PYTHON:-python3}" bin/environment.py "$1"
}
engines() {
    exec .venv/bin/python -m app.core.engines "$@"
}
