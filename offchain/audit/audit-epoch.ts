import type { Beacons } from "../consensus/node/closed-slots.ts";
import { otherRoot } from "../consensus/node/compare-attestations.ts";
import { type EpochStore, slotsInEpoch, summariseEpoch } from "../consensus/node/epoch-checkpoint.ts";
import type { NodeRegistry } from "../consensus/node/node-registry.ts";
import type { ChainView } from "../consensus/node/open-chain-view.ts";
import type { EpochStandings } from "../consensus/rules/standings.ts";
import type { WorkTallyRow } from "../consensus/rules/work-tally.ts";
import type { AttestationDocument } from "../store/documents.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import { firstDifference, type Report, shown } from "./finding.ts";

export interface AuditEpochModules {
  readonly store: EpochStore & Pick<Store, "workTally" | "attestations">;
  readonly chain: ChainView;
  readonly registry: NodeRegistry;
}

export interface AuditedEpoch {
  readonly epoch: number;
  /** Of the window that ends with the epoch. */
  readonly standings: EpochStandings;
  /** Of its last slot. */
  readonly beacons: Beacons;
  /** The last slot that is decided. */
  readonly newestSlot: number;
}

/** Nodes try to attest for an hour. */
const ATTESTED_WITHIN_SLOTS = 30;

/** Computes an epoch's tally and root again, and holds work_tally and what was attested to them. */
export async function auditEpoch(
  { epoch, standings, beacons, newestSlot }: AuditedEpoch,
  modules: AuditEpochModules,
  report: Report,
): Promise<void> {
  const { store, chain } = modules;
  const { root, rows } = await summariseEpoch(epoch, standings, beacons, modules);
  await auditWorkTally(epoch, rows, store, report);

  const newest = await chain.confirmed.newest();
  const attestations = newest === undefined ? [] : await chain.attestations.ofEpoch(epoch, newest);
  const other = otherRoot(root, attestations);
  const isOverdue = newestSlot >= slotsInEpoch(epoch, chain.firstSlot).last + ATTESTED_WITHIN_SLOTS;
  if (other !== undefined) {
    const found = `${other.root} by ${other.count}, ${root} by ${other.ownCount}`;
    report({ code: "EPOCH_ROOT_OUTVOTED", place: { epoch }, expected: root, found });
  } else {
    for (const { attester, root: attested, txid } of attestations) {
      if (attested === root) continue;
      const place = { epoch, nodeId: attester, txid };
      report({ code: "ATTESTATION_DIFFERS", place, expected: root, found: attested });
    }
    if (attestations.length === 0 && isOverdue) {
      report({ code: "EPOCH_NOT_ATTESTED", place: { epoch }, expected: root, found: "no attestation" });
    }
  }
  await auditCopies(epoch, attestations, store, report);
}

const ROW = ["credits", "liveScore", "rank"] as const;

async function auditWorkTally(
  epoch: number,
  rows: readonly WorkTallyRow[],
  { workTally }: Pick<Store, "workTally">,
  report: Report,
): Promise<void> {
  const missing = new Map(rows.map((row) => [row.entityId, row]));
  for await (const stored of eachDocument((page) => workTally.byEpoch(epoch, page))) {
    const { entityId } = stored;
    const own = missing.get(entityId);
    const place = { epoch, entityId };
    if (own === undefined) {
      report({ code: "WORK_TALLY_INVENTED", place, expected: "no row", found: `${stored.credits} credits` });
      continue;
    }
    missing.delete(entityId);
    const differs = firstDifference(ROW, own, stored);
    if (differs === undefined) continue;
    const { field, expected, found } = differs;
    report({ code: "WORK_TALLY_DIFFERS", place: { ...place, field }, expected, found });
  }
  if (missing.size === rows.length && rows.length > 1) {
    report({ code: "WORK_TALLY_MISSING", place: { epoch }, expected: `${rows.length} rows`, found: "none" });
    return;
  }
  for (const { entityId, credits } of missing.values()) {
    report({
      code: "WORK_TALLY_MISSING",
      place: { epoch, entityId },
      expected: `${credits} credits`,
      found: "no row",
    });
  }
}

const COPIED = ["root", "blockNumber", "blockHash", "txid"] as const;

/** A copy that is missing is no fault: nodes write them when they read the chain. */
async function auditCopies(
  epoch: number,
  attestations: readonly AttestationDocument[],
  { attestations: copies }: Pick<Store, "attestations">,
  report: Report,
): Promise<void> {
  const seen = new Map(attestations.map((one) => [one._id, one]));
  for await (const copy of eachDocument((page) => copies.byEpoch(epoch, page))) {
    const differs = firstDifference(COPIED, seen.get(copy._id) ?? {}, copy);
    if (differs === undefined) continue;
    const { field, expected, found } = differs;
    const place = { epoch, nodeId: copy.attester, field };
    report({ code: "ATTESTATION_COPY_DIFFERS", place, expected: shown(expected), found });
  }
}
