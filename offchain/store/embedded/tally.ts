import type { DatabaseSync } from "node:sqlite";
import type { SlotTally } from "../documents.ts";
import type { TallyRequest } from "../engine.ts";
import { sumTallies, type TallyPart } from "../tally-parts.ts";

/** The pool where there is one, else the node. */
const ENTITY = `coalesce("poolId", "nodeId")`;
const COUNTED = `FROM task_proofs WHERE slot = ? AND ts <= ?`;

/** Distinct sessions relayed, and their bytes. */
const RELAYS = `
  SELECT entity AS "entityId", count(*) AS sessions, sum(bytes) AS bytes
  FROM (
    SELECT ${ENTITY} AS entity, sum(json_extract(value, '$.bytes')) AS bytes
    ${COUNTED} AND type = 'relay_bandwidth'
    GROUP BY entity, json_extract(value, '$.sessionId')
  )
  GROUP BY entity`;

/** The other types: one a node, or for storage so many a node, each of another session. */
const COUNTS = `
  SELECT entity AS "entityId", type, sum(counted) AS counted
  FROM (
    SELECT ${ENTITY} AS entity, type,
      min(
        count(DISTINCT CASE type WHEN 'storage_availability' THEN json_extract(value, '$.sessionId') ELSE type END),
        CASE type WHEN 'storage_availability' THEN ? ELSE 1 END
      ) AS counted
    ${COUNTED} AND type <> 'relay_bandwidth'
    GROUP BY entity, "nodeId", type
  )
  GROUP BY entity, type`;

/** The tally of a slot, computed by SQLite. */
export function tallySlot(
  database: DatabaseSync,
  { slot, stampedUntil, storageProofsPerNode }: TallyRequest,
): SlotTally[] {
  const relays = database.prepare(RELAYS).all(slot, stampedUntil);
  const counts = database.prepare(COUNTS).all(storageProofsPerNode, slot, stampedUntil);
  return sumTallies([...relays, ...counts] as unknown as TallyPart[]);
}
