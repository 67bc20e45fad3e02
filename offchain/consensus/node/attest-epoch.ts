import type { Wallet } from "ethers";
import type { LucidCheckpointsClient } from "../../contracts/lucid-checkpoints/client.ts";
import { ConsensusError } from "../errors.ts";
import type { EpochCheckpoint } from "./consensus-state.ts";

/**
 * Attests an epoch's root on chain, once.
 *
 * @returns the transaction's id; undefined where this key had attested the same root before
 * @throws {ConsensusError} EPOCH_ROOT_DIFFERS where it attested another root before
 * @throws {ContractError} CONTRACT_REVERTED where the account is not admitted
 * @throws {EvmError}
 */
export async function attestEpoch(
  { epoch, root }: Pick<EpochCheckpoint, "epoch" | "root">,
  wallet: Wallet,
  checkpoints: LucidCheckpointsClient,
): Promise<string | undefined> {
  const before = await checkpoints.attestationOf(epoch, wallet.address);
  if (before === root) return undefined;
  if (before !== undefined) {
    throw new ConsensusError({
      code: "EPOCH_ROOT_DIFFERS",
      epoch,
      own: root,
      attested: before,
      attestations: 1,
    });
  }
  return (await checkpoints.attestEpoch(wallet, epoch, root)).hash;
}
