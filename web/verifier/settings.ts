import { SettingsError } from "../../offchain/config/errors.ts";
import { parseAddress } from "../../offchain/config/parse-address.ts";

/** What the visitor filled in; undefined where he left it empty. */
export interface VisitorSettings {
  readonly endpoint: string | undefined;
  /** Address of LucidAnchors, known from elsewhere than the proof. */
  readonly anchors: string | undefined;
  readonly confirmations: number;
  readonly checkpoints: string | undefined;
  readonly quorum: number;
  readonly planner: string | undefined;
  readonly approver: string | undefined;
  /** Lower-case hex. */
  readonly entity: string | undefined;
}

const MAX_WHOLE = 7_200;

/**
 * Reads a form.
 *
 * @param textOf a field's text
 * @throws {SettingsError} ARGUMENT_INVALID
 */
export function readVisitorSettings(textOf: (field: keyof VisitorSettings) => string): VisitorSettings {
  const text = (field: keyof VisitorSettings) => textOf(field).trim() || undefined;
  const address = (field: keyof VisitorSettings, argument: string) => {
    const value = text(field);
    return value === undefined ? undefined : parseAddress({ code: "ARGUMENT_INVALID", argument }, value);
  };
  return {
    endpoint: text("endpoint"),
    anchors: address("anchors", "the address of LucidAnchors"),
    confirmations: wholeNumber("confirmations", textOf("confirmations")),
    checkpoints: address("checkpoints", "the address of LucidCheckpoints"),
    quorum: wholeNumber("attestations", textOf("quorum")),
    planner: address("planner", "the planner's address"),
    approver: address("approver", "the approver's address"),
    entity: address("entity", "the payee's id")?.toLowerCase(),
  };
}

function wholeNumber(argument: string, value: string): number {
  const number = /^\d{1,4}$/.test(value.trim()) ? Number(value) : 0;
  if (number >= 1 && number <= MAX_WHOLE) return number;
  const expected = `a whole number from 1 to ${MAX_WHOLE}`;
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected });
}
