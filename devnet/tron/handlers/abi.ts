import { keccak } from "../address.ts";
import type { Plain } from "../protobuf/codec.ts";

const FUNCTION = 2;
const PURE = 1;
const VIEW = 2;
const SELECTOR_BYTES = 4;

/** Whether a declared ABI says that a function changes nothing. @param data of a call, which begins with a selector */
export function isViewFunction(declaration: Plain, data: Uint8Array): boolean {
  const entries = ((declaration.abi as Plain | undefined)?.entrys ?? []) as Plain[];
  const selector = Buffer.from(data.subarray(0, SELECTOR_BYTES));
  return entries.some(
    (entry) =>
      Number(entry.type ?? 0) === FUNCTION && isConstant(entry) && selectorOf(entry).equals(selector),
  );
}

function isConstant({ constant, stateMutability }: Plain): boolean {
  return constant === true || stateMutability === PURE || stateMutability === VIEW;
}

function selectorOf({ name, inputs }: Plain): Buffer {
  const types = ((inputs ?? []) as Plain[]).map(({ type }) => String(type ?? ""));
  return keccak(Buffer.from(`${String(name ?? "")}(${types.join(",")})`)).subarray(0, SELECTOR_BYTES);
}
