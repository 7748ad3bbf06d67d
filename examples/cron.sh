#!/bin/sh
# Ring by cron, without a server: every minute what is declared is made so. Safe beside a running server and beside
# itself. In the crontab:
#   * * * * * RING_DATA_DIR=/var/lib/ring /opt/ring/examples/cron.sh >> /var/log/ring-cron.log 2>&1
# RING names the command (default: ring). Declare over the API of a `ring serve` on the same data directory, or in
# code: openRing(...) and then ring.fetch(new Request('http://ring/deployments', ...)).
set -u

${RING:-ring} reconcile --json
case $? in
  0) ;;                                      # converged
  2) ;;                                      # not yet: the next minute goes on
  3) ;;                                      # another one is at it
  *) echo 'ring reconcile failed' >&2; exit 1 ;;
esac
