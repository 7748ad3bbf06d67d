#!/bin/sh
# Ring on its own: serve, log in, declare a deployment, see it. Ends with Ctrl-C; the workload runs on.
#   sh examples/standalone.sh [deployment.json]
# RING names the command (default: ring), PORT the port, every RING_* setting is taken as well.
set -eu

ring="${RING:-ring}"
url="http://127.0.0.1:${PORT:-3030}"
draft="${1:-$(dirname "$0")/hello.json}"
name=$(sed -n 's/.*"name": *"\([^"]*\)".*/\1/p' "$draft" | head -n 1)

$ring serve --port "${PORT:-3030}" &
server=$!
trap 'kill "$server" 2>/dev/null' EXIT
trap 'exit 0' INT TERM

until curl --silent --fail "$url/healthz" >/dev/null; do
  kill -0 "$server"
  sleep 0.1
done

token=$(curl --silent --fail "$url/login" \
  --header 'Content-Type: application/json' \
  --data "{\"username\": \"admin\", \"password\": \"${RING_ADMIN_PASSWORD:-changeme}\"}" |
  sed 's/.*"token":"\([^"]*\)".*/\1/')

# PUT creates what is missing, changes what is different, and leaves alone what is the same.
curl --silent --fail-with-body --request PUT "$url/deployments/$name" \
  --header "Authorization: Bearer $token" \
  --header 'Content-Type: application/json' \
  --data "@$draft"
echo
curl --silent --fail "$url/deployments" --header "Authorization: Bearer $token"
echo

wait "$server"
