import { epochRowProof, verifyEpochRow } from "../../offchain/consensus/rules/epoch-root.ts";
import type { EpochCredits } from "../../offchain/payouts/payee-checks.ts";
import type { PlanningContext } from "./planning.ts";

/** A row of the stored tally, its path to the root that the statement names, and how many attest that root on chain. */
export async function readCredits(
  epoch: number,
  root: string,
  entityId: string,
  { readEpoch, checkpoints }: Pick<PlanningContext, "readEpoch" | "checkpoints">,
): Promise<EpochCredits> {
  const { tree, rows, root: recorded } = await readEpoch(epoch);
  const attestations = await checkpoints.attestationCount(epoch, root);
  const row = rows.find((one) => one.entityId === entityId);
  // Without a row there is nothing to prove but that the tally is the attested one.
  if (row === undefined)
    return {
      ...{ epoch, root, credits: 0, liveScore: { beacons: 0, slots: 0 }, rank: 0, path: [] },
      ...{ isProven: recorded === root, attestations },
    };
  const path = epochRowProof(tree, row);
  const isProven = verifyEpochRow(root, row, path);
  const { credits, liveScore, rank } = row;
  return { epoch, root, credits, liveScore, rank, path, isProven, attestations };
}
