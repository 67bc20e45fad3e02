import { Interface, isHexString } from "ethers";
import type { Remedy } from "../../contracts/descriptor.ts";
import { cutText } from "../../cut-text.ts";
import { formatUsdt } from "../usdt.ts";
import { PAYOUT_CONTRACTS } from "./descriptors.ts";

/** Why a payout contract refused a call, or a router a row of a batch. */
export interface PayoutRefusal {
  /** The custom error's name, `OutOfEnergy` where there is no reason, `unknown` where it is not one of ours. */
  readonly error: string;
  /** The error's values by their names, as text: roles by their names, amounts in USDT. */
  readonly values: Readonly<Record<string, string>>;
  /** What to do about it. */
  readonly remedy: string;
}

/** Every custom error that a call into the payout contracts can end with. A library's error is in no contract's ABI. */
const ERRORS = new Interface([
  ...PAYOUT_CONTRACTS.flatMap(({ abi }) => abi.filter(({ type }) => type === "error")),
  "error MerkleProofInvalidMultiproof()",
]);

const REMEDIES: Readonly<Record<string, Remedy>> = Object.assign(
  {},
  ...PAYOUT_CONTRACTS.map(({ remedies }) => remedies),
);

const ROLE_NAMES: ReadonlyMap<string, string> = new Map(
  PAYOUT_CONTRACTS.flatMap(({ roles }) => Object.entries(roles).map(([name, id]) => [id as string, name])),
);

/** Errors name roles in these, by their hash. */
const ROLE_FIELDS = new Set(["role", "neededRole"]);

/** Errors name amounts in these, in micro-USDT. */
const AMOUNT_FIELDS = new Set([
  ...["amount", "limit", "left", "total"],
  ...["payeeBefore", "payeeAfter", "treasuryBefore", "treasuryAfter"],
]);

const SEE_INTERFACES = "See the error in contracts/payouts/interfaces/.";
const OUT_OF_ENERGY =
  "The row took more energy than a row of a batch is given: pay it by itself, and look at what the token does.";

/**
 * Reads why something was refused.
 *
 * @param data what a call reverted with, or the reason in `PaymentRefused`; hex with 0x
 */
export function payoutRefusal(data: string): PayoutRefusal {
  if (data === "0x") return { error: "OutOfEnergy", values: {}, remedy: OUT_OF_ENERGY };
  const found = customErrorOf(data) ?? { error: "unknown", values: { data: cutText(data) } };
  return { ...found, remedy: REMEDIES[found.error]?.(found.values) ?? SEE_INTERFACES };
}

/** The custom error in the data; undefined if it is not one of ours, or its values cannot be decoded. */
function customErrorOf(data: string): Pick<PayoutRefusal, "error" | "values"> | undefined {
  if (!isHexString(data)) return undefined;
  try {
    const parsed = ERRORS.parseError(data);
    if (parsed === null) return undefined;
    const values = parsed.fragment.inputs.map(({ name }, index) => {
      return [name, cutText(textOf(name, parsed.args[index]))];
    });
    return { error: parsed.name, values: Object.fromEntries(values) };
  } catch {
    // ethers throws when values are read that it could not decode.
    return undefined;
  }
}

function textOf(name: string, value: unknown): string {
  if (AMOUNT_FIELDS.has(name) && typeof value === "bigint") return `${formatUsdt(value)} USDT`;
  const text = String(value);
  return ROLE_FIELDS.has(name) ? (ROLE_NAMES.get(text) ?? text) : text;
}
