import type { Db } from "mongodb";
import { StoreError } from "../errors.ts";

/** The wire version of MongoDB 7.0, the oldest one that is still maintained. */
const OLDEST_WIRE_VERSION = 21;

/**
 * Checks what a server reports about itself against what the store needs.
 *
 * @throws {StoreError} STORE_UNFIT
 */
export async function requireCapabilities(
  db: Db,
  location: string,
): Promise<{ version: string; isSharded: boolean }> {
  const hello = await db.command({ hello: 1 });
  const isSharded = hello.msg === "isdbgrid";
  const unfit = (lacks: string) => new StoreError({ code: "STORE_UNFIT", location, lacks });
  if (!isSharded && hello.setName === undefined) {
    throw unfit("a replica set (it is a standalone server, on which no write has a majority)");
  }
  if (!(hello.maxWireVersion >= OLDEST_WIRE_VERSION)) {
    throw unfit(`MongoDB 7.0 or newer (its wire version is ${hello.maxWireVersion})`);
  }
  if (hello.logicalSessionTimeoutMinutes == null) throw unfit("sessions, and with them retryable writes");
  const { version } = await db.command({ buildInfo: 1 });
  return { version, isSharded };
}
