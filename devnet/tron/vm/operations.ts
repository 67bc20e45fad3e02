import type { Common } from "@ethereumjs/common";
import { bigIntToBytes, bytesToBigInt, setLengthLeft } from "@ethereumjs/util";
import { ADDRESS_PREFIX } from "../address.ts";

/** What an operation sees of the machine; the types of @ethereumjs/evm do not export it. */
export interface RunState {
  readonly stack: { peek(count: number): bigint[]; push(value: bigint): void };
  readonly gasLeft: bigint;
  readonly messageGasLimit?: bigint;
  readonly interpreter: {
    getAddress(): { readonly bytes: Uint8Array };
    getBlockCoinbase(): bigint;
    storageLoad(key: Uint8Array): Promise<Uint8Array>;
  };
}

type GasHandler = (runState: RunState, gas: bigint, common: Common) => Promise<bigint> | bigint;
type OperationHandler = (runState: RunState, common: Common) => Promise<void> | void;

interface Operation {
  opcodeInfo: { readonly code: number; readonly fullName: string; readonly dynamicGas: boolean };
  opHandler: OperationHandler;
  gasHandler: GasHandler | undefined;
}

/** The machine's operations by their code. */
export type OperationTable = Operation[];

/** What a run may still do, and what it cost beyond the plain prices. */
export interface RunLimits {
  /** Jumps until the run is out of time. */
  jumpsLeft: number;
  /** By how much a contract's operations are more expensive, in 1/10,000. @param address 20 bytes */
  dearness: (address: Uint8Array) => number;
  /** Energy that dearness added. */
  penalty: bigint;
  /** The energy that the outermost frame had at first. */
  energyLimit: bigint;
}

/** A run took longer than the chain allows. */
export class CpuTimeout extends Error {
  /** @param operation at which the time was over */
  constructor(operation: string) {
    super(`CPU timeout for '${operation}' operation executing`);
    this.name = "CpuTimeout";
  }
}

/** A contract sent TRX to itself. */
export class SelfTransfer extends Error {
  /** Energy used until then, over the frames that CALL entered. */
  readonly energyUsed: bigint;

  constructor(energyUsed: bigint) {
    super("transfer trx failed: Cannot transfer TRX to yourself.");
    this.name = "SelfTransfer";
    this.energyUsed = energyUsed;
  }
}

const CALL = 0xf1;
const SSTORE = 0x55;
const JUMP = 0x56;
const JUMPI = 0x57;
const COINBASE = 0x41;
const SET_ENERGY = 20_000n;
const RESET_ENERGY = 5_000n;
const ADDRESS_BITS = 160n;
const ADDRESS_MASK = (1n << ADDRESS_BITS) - 1n;
/** What a factor is a fraction of. */
const WHOLE = 10_000n;

/**
 * Replaces what differs from an EVM of the same rules.
 *
 * @param isDear whether contracts' energy factors are counted: every operation then looks its contract up, so a machine
 * without is kept for as long as no contract has one
 */
export function patchOperations(table: OperationTable, limits: RunLimits, isDear: boolean): void {
  const at = (code: number): Operation => {
    const operation = table[code];
    if (operation === undefined) throw new Error(`the machine has no operation ${code}`);
    return operation;
  };
  at(SSTORE).gasHandler = storeEnergy;
  at(COINBASE).opHandler = pushDirtyCoinbase;
  for (const code of [JUMP, JUMPI]) limitJumps(at(code), limits);
  refuseSelfTransfer(at(CALL), limits);
  if (isDear) for (const operation of new Set(table)) addPenalty(operation, limits);
}

/** A slot that holds nothing costs more than one that holds something; clearing one gives nothing back. */
async function storeEnergy({ stack, interpreter }: RunState, gas: bigint): Promise<bigint> {
  const [slot = 0n, value = 0n] = stack.peek(2);
  const held = await interpreter.storageLoad(setLengthLeft(bigIntToBytes(slot), 32));
  const isSet = value !== 0n && held.every((byte) => byte === 0);
  return gas + (isSet ? SET_ENERGY : RESET_ENERGY);
}

/** COINBASE leaves the address's prefix in the word, so that contracts cannot decode it as an address. */
function pushDirtyCoinbase({ stack, interpreter }: RunState): void {
  stack.push((BigInt(ADDRESS_PREFIX) << ADDRESS_BITS) | interpreter.getBlockCoinbase());
}

/** Time is counted in jumps, so that a run is out of time on every machine or on none: each loop has one. */
function limitJumps(operation: Operation, limits: RunLimits): void {
  const { opHandler, opcodeInfo } = operation;
  operation.opHandler = (runState, common) => {
    if (--limits.jumpsLeft < 0) throw new CpuTimeout(opcodeInfo.fullName);
    return opHandler(runState, common);
  };
}

/** Ends the whole run where a contract sends TRX to itself, and takes only what was used. */
function refuseSelfTransfer(operation: Operation, limits: RunLimits): void {
  const { opHandler } = operation;
  /** Energy that the frames above the current one have used. */
  let usedAbove = 0n;
  let limit: bigint | undefined;
  operation.opHandler = async (runState, common) => {
    const { stack, gasLeft, interpreter, messageGasLimit = 0n } = runState;
    const [, to = 0n, value = 0n] = stack.peek(3);
    const before = { usedAbove, limit };
    const used = usedAbove + (limit ?? limits.energyLimit) - gasLeft;
    const isSelf = (to & ADDRESS_MASK) === bytesToBigInt(interpreter.getAddress().bytes);
    try {
      if (value !== 0n && isSelf) throw new SelfTransfer(used - common.param("callStipendGas"));
      usedAbove = used;
      limit = messageGasLimit;
      await opHandler(runState, common);
    } finally {
      ({ usedAbove, limit } = before);
    }
  };
}

/** Each operation of a popular contract costs more, rounded down one by one. */
function addPenalty(operation: Operation, limits: RunLimits): void {
  const { gasHandler } = operation;
  operation.opcodeInfo = { ...operation.opcodeInfo, dynamicGas: true };
  operation.gasHandler = async (runState, fee, common) => {
    const gas = gasHandler === undefined ? fee : await gasHandler(runState, fee, common);
    const factor = BigInt(limits.dearness(runState.interpreter.getAddress().bytes));
    const penalty = (gas * factor) / WHOLE;
    limits.penalty += penalty;
    return gas + penalty;
  };
}
