import type { ChainParameters } from "../chain-parameters.ts";
import { Refusal } from "../errors.ts";
import { newAccount } from "../state/account.ts";
import type { World } from "../state/world.ts";
import type { Transaction } from "../transaction/transaction.ts";
import { wireBytes } from "../transaction/transaction.ts";
import { decayed, slotOf } from "./usage.ts";

/** Room for the result, which is counted with each contract. */
const RESULT_BYTES = 64;

/** How a transaction's bandwidth was paid: from what is free, or in sun. */
export interface Bandwidth {
  readonly usage: number;
  readonly fee: bigint;
}

/**
 * Takes a transaction's bandwidth. It is all or nothing: an account short of a byte of free bandwidth pays for all.
 *
 * @param headTime Unix milliseconds
 * @throws {Refusal} BANDWITH_ERROR
 */
export function consumeBandwidth(
  world: World,
  transaction: Transaction,
  headTime: number,
  parameters: ChainParameters,
): Bandwidth {
  const owner = ownerOf(transaction);
  const account = world.account(owner) ?? newAccount(owner);
  if (bringsAccount(world, transaction)) {
    if (!world.burn(owner, parameters.createAccountFee)) throw insufficient();
    return { usage: 0, fee: parameters.createAccountFee };
  }
  const bytes = wireBytes(transaction).length + RESULT_BYTES;
  const slot = slotOf(headTime);
  const used = decayed(account.freeNetUsage, account.latestFreeSlot, slot);
  if (bytes <= parameters.freeBandwidth - used) {
    const freeNetUsage = decayed(account.freeNetUsage, account.latestFreeSlot, slot, bytes);
    world.setAccount({ ...account, freeNetUsage, latestFreeSlot: slot, latestOperationTime: headTime });
    return { usage: bytes, fee: 0n };
  }
  const fee = BigInt(bytes) * parameters.bandwidthPrice;
  if (!world.burn(owner, fee)) throw insufficient();
  return { usage: 0, fee };
}

const ownerOf = ({ contract }: Transaction): string => contract?.owner.toString("hex") ?? "";

/** Whether it is a transfer to an account that does not exist yet. */
function bringsAccount(world: World, { contract }: Transaction): boolean {
  if (contract?.type !== "TransferContract") return false;
  const to = contract.value.to_address as Buffer | undefined;
  return to !== undefined && world.account(to.toString("hex")) === undefined;
}

const insufficient = () => new Refusal("BANDWITH_ERROR", "Account resource insufficient error.");
