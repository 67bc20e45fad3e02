import type { DatabaseSync } from "node:sqlite";
import type { SlotTally } from "../documents.ts";
import { type EntitySum, mergeSums } from "./merge-sums.ts";
import type { TallyRequest } from "./port.ts";

/**
 * Selects the needed columns first: sorting them is three times as fast as sorting whole proofs, which SQLite does if it
 * may merge the two steps.
 */
const counted = (types: string, values: string) => `
  WITH counted AS MATERIALIZED (
    SELECT coalesce("poolId", "nodeId") AS entity, "nodeId" AS node, type, ${values}
    FROM task_proofs WHERE slot = ? AND ts <= ? AND type ${types}
  )`;

/** Distinct sessions relayed, and their bytes: a double, exact up to 2^53 - 1, where the sum is capped. */
const RELAYS = `
  ${counted("= 'relay_bandwidth'", "json_extract(value, '$.sessionId') AS session, json_extract(value, '$.bytes') AS bytes")}
  SELECT entity AS "entityId", count(DISTINCT session) AS sessions, CAST(min(total(bytes), ${Number.MAX_SAFE_INTEGER}) AS INTEGER) AS bytes
  FROM counted GROUP BY entity`;

/** The other types: one per node, or for storage up to a limit per node, each for another challenge. */
const COUNTS = `
  ${counted("<> 'relay_bandwidth'", "json_extract(value, '$.challenge') AS challenge")}
  SELECT entity AS "entityId", type, sum(counts) AS counted
  FROM (
    SELECT entity, type,
      CASE type WHEN 'storage_availability' THEN min(count(DISTINCT challenge), ?) ELSE 1 END AS counts
    FROM counted GROUP BY entity, node, type
  )
  GROUP BY entity, type`;

/** The tally of a slot, computed by SQLite. */
export function tallySlot(
  database: DatabaseSync,
  { slot, stampedUntil, storageProofsPerNode }: TallyRequest,
): SlotTally[] {
  const relays = database.prepare(RELAYS).all(slot, stampedUntil);
  const counts = database.prepare(COUNTS).all(slot, stampedUntil, storageProofsPerNode);
  return mergeSums([...relays, ...counts] as unknown as EntitySum[]);
}
