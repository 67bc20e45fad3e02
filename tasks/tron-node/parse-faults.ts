import { NO_FAULTS, type TronFaults } from "../../devnet/tron/faults.ts";
import { SettingsError } from "../../offchain/config/errors.ts";

const NAMES = Object.keys(NO_FAULTS) as (keyof TronFaults)[];

/**
 * Reads faults from the command line: `lostAnswers=0.2,dupAfterRefusal`.
 *
 * @throws {SettingsError} ARGUMENT_INVALID
 */
export function parseFaults(text: string): Partial<TronFaults> {
  const parts = text.split(",").filter((part) => part !== "");
  return Object.fromEntries(parts.map((part) => parseFault(part, text)));
}

function parseFault(part: string, text: string): [keyof TronFaults, number | boolean] {
  const [name = "", value, ...rest] = part.split("=");
  const known = NAMES.find((candidate) => candidate === name);
  if (known === undefined || rest.length > 0) throw invalid(text, `names from ${NAMES.join(", ")}`);
  if (typeof NO_FAULTS[known] === "boolean") {
    if (value !== undefined) throw invalid(text, `${known} without a value`);
    return [known, true];
  }
  const probability = Number(value);
  if (value === undefined || !/^[01](\.\d+)?$/.test(value) || probability > 1)
    throw invalid(text, `${known} with a probability from 0 to 1`);
  return [known, probability];
}

const invalid = (value: string, expected: string) =>
  new SettingsError({ code: "ARGUMENT_INVALID", argument: "--faults", value, expected });
