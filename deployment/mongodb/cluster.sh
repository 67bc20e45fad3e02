#!/bin/sh
# Makes the shards one cluster, and creates its users, from inside the network of mongos. Changes nothing when run again.
# MONGODB_ADMIN_PASSWORD, MONGODB_CORE_PASSWORD and MONGODB_PAYOUTS_PASSWORD come from the environment, never from arguments.
set -eu
until mongosh --quiet --eval 'db.hello().ok' >/dev/null 2>&1; do sleep 1; done
mongosh --quiet --eval '
  const admin = db.getSiblingDB("admin");
  const password = process.env.MONGODB_ADMIN_PASSWORD;
  try { admin.auth("admin", password); }
  catch (error) {
    if (error.codeName !== "AuthenticationFailed") throw error;
    admin.createUser({ user: "admin", pwd: password, roles: ["root"] });
    admin.auth("admin", password);
  }
  for (const shard of ["shard1", "shard2"]) {
    const hosts = ["a", "b", "c"].map((member) => `${shard}${member}:27018`).join(",");
    sh.addShard(`${shard}/${hosts}`);
  }
  sh.enableSharding("lucid");'
