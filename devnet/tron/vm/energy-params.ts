import type { ParamsDict } from "@ethereumjs/common";
import { paramsEVM } from "@ethereumjs/evm";

/** A call needs a price for every operation of every fork that the machine knows; TRON's differ in these. */
const TRON: Record<string, number> = {
  sloadGas: 50,
  balanceGas: 20,
  extcodesizeGas: 20,
  extcodecopyGas: 20,
  extcodehashGas: 400,
  expByteGas: 10,
  callGas: 40,
  callcodeGas: 40,
  delegatecallGas: 40,
  staticcallGas: 40,
  mloadGas: 1,
  mstoreGas: 1,
  mstore8Gas: 1,
  /** Copies cost their words and the memory that they need, nothing else. */
  calldatacopyGas: 0,
  codecopyGas: 0,
  returndatacopyGas: 0,
  /** A contract that destroys itself gets nothing back. */
  selfdestructGas: 5_000,
  /** The first use of an address or a slot costs what every use costs. */
  coldsloadGas: 0,
  coldaccountaccessGas: 0,
  warmstoragereadGas: 0,
  initCodeWordGas: 0,
  selfdestructRefundGas: 0,
  maxRefundQuotient: 1,
};

/** The machine's parameters under every rule set that sets one of {@link TRON}. */
export const energyParams: ParamsDict = Object.fromEntries(
  Object.entries(paramsEVM).map(([rules, params]) => [rules, withTronPrices(params)]),
);

function withTronPrices(params: Record<string, unknown>): Record<string, number | string | null> {
  const entries = Object.entries(params).map(([name, value]) => [name, TRON[name] ?? value]);
  return Object.fromEntries(entries) as Record<string, number | string | null>;
}
