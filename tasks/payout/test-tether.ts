import { AbiCoder } from "ethers";
import type { TronDeployment } from "../../offchain/payouts/tron-client.ts";
import { TetherOnTron__factory } from "../../typechain-types/index.ts";

/** 10^12 USDT: enough for whatever is tried out. */
const SUPPLY = 10n ** 18n;
const USDT_DECIMALS = 6;

/** Tether's faithful copy, all of which belongs to whoever deploys it. */
export function testTether(): TronDeployment {
  const { abi, bytecode } = TetherOnTron__factory;
  const values = [SUPPLY, "Tether USD (test)", "USDT", USDT_DECIMALS];
  const code = AbiCoder.defaultAbiCoder().encode(["uint256", "string", "string", "uint8"], values);
  return { name: "TetherOnTron", abi, code: bytecode + code.slice(2) };
}
