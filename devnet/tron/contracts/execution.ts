import type { ChainParameters } from "../chain-parameters.ts";
import type { World } from "../state/world.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { Runner } from "../vm/run.ts";
import type { BlockContext, InternalCall, RunLog, RunOutcome } from "../vm/run-types.ts";

/** What a transaction's execution needs. */
export interface ExecutionContext {
  readonly world: World;
  readonly block: BlockContext;
  /** Time of the block before, in Unix milliseconds. */
  readonly headTime: number;
  readonly parameters: ChainParameters;
  readonly runner: Runner;
  /** Whether the transaction is to run out of time: a fault that somebody switched on. */
  readonly isOutOfTime: (transaction: Transaction) => boolean;
}

/** What a contract of any kind did. */
export interface Execution {
  /** In sun, beside bandwidth: energy, or the fee of a new account. */
  readonly fee: bigint;
  /** Undefined for a plain transfer, which has no result of its own. */
  readonly run: RunReceipt | undefined;
}

export interface RunReceipt {
  readonly outcome: RunOutcome;
  readonly energyFee: bigint;
  readonly energyUsed: bigint;
  readonly penalty: bigint;
  readonly returnValue: Uint8Array;
  /** 21 bytes in hex. */
  readonly contractAddress: string;
  readonly logs: readonly RunLog[];
  readonly internalCalls: readonly InternalCall[];
  readonly message: string | undefined;
}
