import type { DeploymentRecord } from "../deployment-record.ts";
import type { KnownRouter } from "../service/verify-row.ts";
import type { TronClient } from "../tron-client.ts";

/**
 * The block in which the first of the routers was deployed: nothing was paid before. It does not depend on what the
 * store names, so that a payment whose document is missing is found too.
 *
 * @returns undefined where a router is not in the record of `payout deploy`, or its deployment is not solidified
 */
export async function firstBlock(
  routers: readonly KnownRouter[],
  record: DeploymentRecord | undefined,
  tron: Pick<TronClient, "solidified">,
): Promise<number | undefined> {
  const blocks: number[] = [];
  for (const { kind, address } of routers) {
    const deployed = record?.contracts[kind];
    if (deployed?.address !== address) return undefined;
    const block = deployed.block ?? (await tron.solidified(deployed.txid))?.blockNumber;
    if (block === undefined) return undefined;
    blocks.push(block);
  }
  return Math.min(...blocks);
}
