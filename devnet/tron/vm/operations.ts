import type { Common } from "@ethereumjs/common";
import { bigIntToBytes, setLengthLeft } from "@ethereumjs/util";
import { ADDRESS_PREFIX } from "../address.ts";

/** What an operation sees of the machine; the types of @ethereumjs/evm do not export it. */
export interface RunState {
  readonly stack: { peek(count: number): bigint[]; push(value: bigint): void };
  readonly interpreter: {
    getAddress(): { readonly bytes: Uint8Array };
    getBlockCoinbase(): bigint;
    storageLoad(key: Uint8Array): Promise<Uint8Array>;
    isStatic(): boolean;
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
  /** By how much a contract's operations are dearer, in 1/10,000. @param address 20 bytes */
  dearness: (address: Uint8Array) => number;
  /** Energy that dearness added. */
  penalty: bigint;
}

/** A run took longer than the chain allows. */
export class CpuTimeout extends Error {
  /** The operation at which the time was over. */
  readonly operation: string;

  constructor(operation: string) {
    super(`CPU timeout for '${operation}' operation executing`);
    this.name = "CpuTimeout";
    this.operation = operation;
  }
}

const SSTORE = 0x55;
const JUMP = 0x56;
const JUMPI = 0x57;
const COINBASE = 0x41;
const SET_ENERGY = 20_000n;
const RESET_ENERGY = 5_000n;
const ADDRESS_BITS = 160n;
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
