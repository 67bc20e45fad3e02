import type { Db } from "mongodb";
import { COLLECTIONS, payouts } from "../schema/index.ts";
import { MIGRATIONS_COLLECTION } from "./mongo-migrations.ts";

interface Privilege {
  readonly resource: { readonly db: string; readonly collection: string };
  readonly actions: readonly string[];
}

const LOOK = ["find", "listIndexes", "collStats"];
/** Nothing is ever removed: no role may remove documents. */
const CHANGE = ["insert", "update"];

/**
 * The minimum rights of each part, by role. All may read which migrations were applied, which they check when they
 * connect, and list the collections' definitions.
 */
export function rolePrivileges(db: string): Readonly<Record<string, readonly Privilege[]>> {
  const on = (collection: string, actions: readonly string[]): Privilege => ({
    resource: { db, collection },
    actions,
  });
  const names = COLLECTIONS.map(({ name }) => name);
  const always = [on(MIGRATIONS_COLLECTION, ["find"]), on("", ["listCollections"])];
  const isPayouts = (name: string) => name === payouts.name;
  return {
    lucid_core: [
      ...always,
      ...names.map((name) => on(name, isPayouts(name) ? [...LOOK, "insert"] : [...LOOK, ...CHANGE])),
    ],
    lucid_payouts: [...always, on(payouts.name, [...LOOK, ...CHANGE])],
    lucid_audit: [...always, ...names.map((name) => on(name, LOOK))],
  };
}

/** Creates the roles, or updates those that exist. */
export async function applyRoles(db: Db): Promise<void> {
  for (const [role, privileges] of Object.entries(rolePrivileges(db.databaseName))) {
    const { roles } = await db.command({ rolesInfo: role });
    const command = roles.length > 0 ? "updateRole" : "createRole";
    await db.command({ [command]: role, privileges, roles: [] });
  }
}
