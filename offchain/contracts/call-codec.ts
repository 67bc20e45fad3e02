import { Interface, isHexString } from "ethers";
import { cutText } from "../cut-text.ts";
import type { LucidError } from "../errors.ts";
import type { Items } from "../evm/gas/linear-fit.ts";
import type { CallCodec } from "../evm/transactions/call-codec.ts";
import type { Remedy } from "./descriptor.ts";
import { ContractError } from "./errors.ts";
import { CONTRACTS, methodOf, ROLES } from "./registry.ts";

const INTERFACES: ReadonlyMap<string, Interface> = new Map(
  CONTRACTS.map(({ name, abi }) => [name, new Interface(abi)]),
);

/** Every custom error that a call into our contracts can end with, OpenZeppelin's among them. */
const ERRORS = new Interface([
  ...CONTRACTS.flatMap(({ abi }) => abi.filter(({ type }) => type === "error")),
  "error MerkleProofInvalidMultiproof()",
]);

const REMEDIES: Readonly<Record<string, Remedy>> = Object.assign(
  {},
  ...CONTRACTS.map(({ remedies }) => remedies),
);

const ROLE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(ROLES).map(([name, id]) => [id, name]),
);

/** 0x and the 4 bytes of a custom error's selector. */
const SELECTOR_DIGITS = 2 + 2 * 4;

/** What the EVM layer needs to know about our contracts: what reverts mean, and on which items the gas of a call depends. */
export const callCodec: CallCodec = {
  decodeRevert: (data, action) => decodeRevert(data, action),
  countItems,
  selectorOf: (action) =>
    INTERFACES.get(action.split(".")[0] ?? "")?.getFunction(action.split(".")[1] ?? "")?.selector,
};

/**
 * The typed error for what a call returned when it reverted.
 *
 * @param action e.g. `LucidAnchors.registerSession`
 * @returns undefined where it returned no reason
 */
function decodeRevert(data: string | null | undefined, action: string): LucidError | undefined {
  if (!isHexString(data) || data.length < SELECTOR_DIGITS) return undefined;
  const found = customErrorOf(data) ?? { error: "unknown", values: { data: cutText(data) } };
  const remedy = REMEDIES[found.error]?.(found.values) ?? "See the error in contracts/interfaces/.";
  return new ContractError({ code: "CONTRACT_REVERTED", action, ...found, remedy });
}

/** The custom error in what a call returned; undefined if it is not one of ours, or its values cannot be decoded. */
function customErrorOf(data: string): { error: string; values: Record<string, string> } | undefined {
  try {
    const parsed = ERRORS.parseError(data);
    if (parsed === null) return undefined;
    const values = parsed.fragment.inputs.map(({ name }, index) => {
      return [name, cutText(nameOf(name, String(parsed.args[index])))];
    });
    return { error: parsed.name, values: Object.fromEntries(values) };
  } catch {
    // ethers throws when values are read that it could not decode.
    return undefined;
  }
}

/** The contract names a role by its hash; operators grant it by its name. */
function nameOf(field: string, value: string): string {
  return field === "neededRole" ? (ROLE_NAMES.get(value) ?? value) : value;
}

function countItems(action: string, data: string): Items {
  const found = methodOf(action);
  const abi = found && INTERFACES.get(found.contract.name);
  return found?.descriptor.items === undefined || abi === undefined
    ? {}
    : found.descriptor.items(abi.decodeFunctionData(found.method, data));
}
