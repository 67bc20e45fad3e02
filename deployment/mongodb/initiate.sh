#!/bin/sh
# Initiates one replica set, from inside the network of its first member: before there is a user, a member with access
# control accepts only a connection from its own machine. Changes nothing when run again.
#
#   initiate.sh SET PORT HOST…
set -eu
set_name=$1 port=$2
shift 2
members="" id=0
for host in "$@"; do
  members="$members{ _id: $id, host: '$host:$port' },"
  id=$((id + 1))
done
until mongosh --quiet --port "$port" --eval 'db.hello().ok' >/dev/null 2>&1; do sleep 1; done
mongosh --quiet --port "$port" --eval "
  try { rs.initiate({ _id: '$set_name', members: [$members] }); }
  catch (error) {
    if (!['AlreadyInitialized', 'Unauthorized'].includes(error.codeName)) throw error;
  }"
