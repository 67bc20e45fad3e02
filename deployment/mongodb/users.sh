#!/bin/sh
# Creates the users of the roles that `store init` created: nodes may write everything but payouts, the payout service may
# write payouts and nothing else (docs/store.md, Roles). Changes nothing when run again.
set -eu
mongosh --quiet --host mongos --eval '
  db.getSiblingDB("admin").auth("admin", process.env.MONGODB_ADMIN_PASSWORD);
  const lucid = db.getSiblingDB("lucid");
  const users = {
    core: { role: "lucid_core", pwd: process.env.MONGODB_CORE_PASSWORD },
    payouts: { role: "lucid_payouts", pwd: process.env.MONGODB_PAYOUTS_PASSWORD },
  };
  for (const [user, { role, pwd }] of Object.entries(users)) {
    if (lucid.getUser(user) === null) lucid.createUser({ user, pwd, roles: [role] });
    else lucid.updateUser(user, { pwd, roles: [role] });
  }'
