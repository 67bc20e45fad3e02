import { type Db, MongoClient } from "mongodb";
import { StoreError } from "../errors.ts";
import { requireCapabilities } from "./capabilities.ts";
import { clientOptions } from "./client-options.ts";
import { type ConnectionString, parseConnectionString } from "./connection-string.ts";
import { connectFirst, FIRST_CONNECTION_TIMEOUT_MS, type OnWaiting } from "./first-connection.ts";
import { toStoreError } from "./mongo-errors.ts";

/** A server that can hold the state. */
export interface Connection {
  readonly client: MongoClient;
  readonly db: Db;
  readonly location: string;
  /** Of the server, e.g. 8.0.4. */
  readonly version: string;
  readonly isSharded: boolean;
}

/**
 * Connects and checks that the server offers what the store's guarantees need.
 *
 * @param onWaiting told once when the server has not answered for a second
 * @throws {StoreError} STORE_SETTING_INVALID, STORE_UNREACHABLE, STORE_UNAUTHORISED, STORE_UNFIT
 */
export async function connect(setting: string, onWaiting?: OnWaiting): Promise<Connection> {
  const connection = parseConnectionString(setting);
  const { database, location } = connection;
  const client = createClient(connection);
  try {
    await connectFirst(client, { location, timeoutMs: firstTimeout(connection), onWaiting });
    const db = client.db(database);
    const { version, isSharded } = await requireCapabilities(db, location);
    return { client, db, location, version, isSharded };
  } catch (error) {
    await client.close();
    throw toStoreError(error, { location, collection: database, isWrite: false });
  }
}

/** Undefined where the connection string says how long to look for a server. */
function firstTimeout({ parameters }: ConnectionString): number | undefined {
  const isGiven = parameters.some((name) => name.toLowerCase() === "serverselectiontimeoutms");
  return isGiven ? undefined : FIRST_CONNECTION_TIMEOUT_MS;
}

function createClient({ uri, parameters, location }: ConnectionString): MongoClient {
  try {
    return new MongoClient(uri, clientOptions(parameters));
  } catch (error) {
    const reason = (error as Error).message;
    throw new StoreError({ code: "STORE_SETTING_INVALID", setting: location, reason }, { cause: error });
  }
}
