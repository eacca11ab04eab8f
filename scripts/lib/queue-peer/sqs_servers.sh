# shellcheck shell=bash
# The SQS of moto and of localstack, on the loopback interface. Sourced, never run.

# Port of the servers; one runs at a time.
readonly sqs_port=${URRBENCH_SQS_PORT:-15999}
sqs_pid_file=
# Known to work; localstack's own loader of plugins needs an older cbor2.
readonly moto_packages=("moto[server]>=5" boto3)
readonly localstack_packages=("localstack-core[base-runtime]==2026.3.0" "cbor2<5.8" boto3)

# The Python of a server's environment: server, folder of environments.
server_python() { printf '%s/%s/bin/python' "$2" "$1"; }

# A Python that the server runs on: localstack needs 3.13.
base_python() {
    local candidate
    if [ "$1" = moto ]; then
        command -v python3
        return
    fi
    for candidate in python3.13 "${HOME:-/root}"/.pyenv/versions/3.13.*/bin/python3.13; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# Makes the environment of a server where there is none: server, folder of environments.
install_server() {
    local python packages
    "$(server_python "$1" "$2")" -c "import boto3, $([ "$1" = moto ] && echo moto || echo localstack)" \
        2>/dev/null && return
    python=$(base_python "$1") || return 1
    packages=("${moto_packages[@]}")
    [ "$1" = localstack ] && packages=("${localstack_packages[@]}")
    "$python" -m venv "$2/$1" >&2 &&
        timeout 600 "$2/$1/bin/pip" -q install "${packages[@]}" >&2
}

# Starts a server and prints its address: server, folder of environments. stop_server ends it.
start_server() {
    install_server "$1" "$2" || return 1
    local data=$2/$1-data ready
    sqs_pid_file=$2/server.pid
    mkdir -p "$data"
    case $1 in
    moto)
        "$2/moto/bin/moto_server" -H 127.0.0.1 -p "$sqs_port" >"$data/log" 2>&1 </dev/null &
        ready=http://127.0.0.1:$sqs_port/moto-api/
        ;;
    localstack)
        make_certificate "$data/var/lib/localstack/cache" || return 1
        env OVERRIDE_IN_DOCKER=0 DISABLE_EVENTS=1 SKIP_SSL_CERT_DOWNLOAD=1 DNS_ADDRESS=0 \
            GATEWAY_SERVER=hypercorn GATEWAY_LISTEN="127.0.0.1:$sqs_port" \
            LOCALSTACK_HOST="127.0.0.1:$sqs_port" SQS_ENDPOINT_STRATEGY=path SERVICES=sqs \
            EAGER_SERVICE_LOADING=1 SQS_DISABLE_CLOUDWATCH_METRICS=1 FILESYSTEM_ROOT="$data" \
            XDG_CACHE_HOME="$data/cache" LS_LOG=warning \
            "$2/localstack/bin/python" -m localstack.runtime.main >"$data/log" 2>&1 </dev/null &
        ready=http://127.0.0.1:$sqs_port/_localstack/health
        ;;
    esac
    echo $! >"$sqs_pid_file"
    local tries
    for ((tries = 0; tries < 120; tries++)); do
        if python3 -c "import urllib.request as u; u.urlopen('$ready', timeout=2)" 2>/dev/null; then
            echo "http://127.0.0.1:$sqs_port"
            return
        fi
        sleep 0.5
    done
    stop_server
    return 1
}

# localstack's own way to make one fails with newer libraries.
make_certificate() {
    local pem=$1/server.test.pem
    [ -s "$pem" ] && return
    mkdir -p "$1"
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$pem.key" -out "$pem.crt" -days 30 \
        -subj /CN=localhost 2>/dev/null && cat "$pem.key" "$pem.crt" >"$pem"
}

# Ends the server that was started, by its number; harmless where there is none.
stop_server() {
    local file=${sqs_pid_file:-${build:-.build}/sqs-peers/server.pid} pid tries
    [ -s "$file" ] || return 0
    pid=$(<"$file")
    rm -f "$file"
    kill -INT "$pid" 2>/dev/null || return 0
    for ((tries = 0; tries < 20; tries++)); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.5
    done
    kill -KILL "$pid" 2>/dev/null || true
}
