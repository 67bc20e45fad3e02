import { StoreError } from "../errors.ts";
import { REFUSED_PARAMETERS } from "./client-options.ts";

/** A connection string, taken apart as far as the store needs it. */
export interface ConnectionString {
  /** With credentials, for the driver only. */
  readonly uri: string;
  readonly database: string;
  /** Names of its parameters. */
  readonly parameters: readonly string[];
  /** Without credentials and parameters, for display. */
  readonly location: string;
}

const SHAPE = /^(mongodb(?:\+srv)?):\/\/(?:([^/?]*)@)?([^/?@]+)(?:\/([^?]*))?(?:\?(.*))?$/;
const DATABASE = /^[A-Za-z0-9_-]{1,38}$/;

/** @throws {StoreError} STORE_SETTING_INVALID */
export function parseConnectionString(uri: string): ConnectionString {
  const [, scheme, , hosts, database = "", parameters = ""] = SHAPE.exec(uri) ?? [];
  if (scheme === undefined || hosts === undefined) {
    const setting = `${uri.slice(0, uri.indexOf("://"))}://…`;
    const reason = "it is not a MongoDB connection string";
    throw new StoreError({ code: "STORE_SETTING_INVALID", setting, reason });
  }
  const location = `${scheme}://${hosts}/${database}`;
  const refuse = (reason: string) =>
    new StoreError({ code: "STORE_SETTING_INVALID", setting: location, reason });
  if (!DATABASE.test(database)) {
    throw refuse("it must name a database of letters, digits, _ and - after the hosts");
  }
  const given = new URLSearchParams(parameters);
  for (const [name, value] of given) {
    if (REFUSED_PARAMETERS[name.toLowerCase()]?.(value)) {
      throw refuse(`${name}=${value} would weaken the store's guarantees; leave it out`);
    }
  }
  return { uri, database, parameters: [...given.keys()], location };
}
