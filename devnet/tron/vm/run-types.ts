import type { Address } from "@ethereumjs/util";

/** Results of a run, as receipts name them. */
export type RunOutcome =
  | "SUCCESS"
  | "REVERT"
  | "OUT_OF_ENERGY"
  | "OUT_OF_TIME"
  | "ILLEGAL_OPERATION"
  | "BAD_JUMP_DESTINATION"
  | "STACK_TOO_SMALL"
  | "STACK_TOO_LARGE"
  | "TRANSFER_FAILED"
  | "UNKNOWN";

/** A call of a contract, or a deployment where `to` is missing. */
export interface Call {
  readonly transactionId: Uint8Array;
  /** 20 bytes each. */
  readonly from: Uint8Array;
  readonly to?: Uint8Array;
  readonly data: Uint8Array;
  readonly value: bigint;
  readonly energyLimit: bigint;
  readonly block: BlockContext;
}

/** The block in which a call runs. */
export interface BlockContext {
  readonly number: number;
  /** Unix milliseconds. */
  readonly timestamp: number;
  /** 20 bytes. */
  readonly witness: Uint8Array;
}

export interface RunLog {
  /** 20 bytes. */
  readonly address: Uint8Array;
  readonly topics: readonly Uint8Array[];
  readonly data: Uint8Array;
}

/** A call that a contract made. */
export interface InternalCall {
  readonly hash: Buffer;
  readonly from: Buffer;
  readonly to: Buffer;
  readonly value: bigint;
  readonly note: "call" | "create";
  rejected: boolean;
}

export interface RunResult {
  readonly outcome: RunOutcome;
  readonly energyUsed: bigint;
  /** How much of it popularity added. */
  readonly penalty: bigint;
  readonly returnValue: Uint8Array;
  readonly logs: readonly RunLog[];
  readonly internalCalls: readonly InternalCall[];
  /** What failed, in a node's words; undefined for a success. */
  readonly message: string | undefined;
  readonly createdAddress: Address | undefined;
  /** Energy without penalty that each contract used itself, by its key in the state. */
  readonly usage: ReadonlyMap<string, bigint>;
}
