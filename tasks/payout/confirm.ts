import { createInterface } from "node:readline/promises";
import { SettingsError } from "../../offchain/config/errors.ts";

/** Asks a question on the terminal. */
export async function isConfirmed(question: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    terminal.close();
  }
}

/**
 * Whether somebody can be asked, or need not be.
 *
 * @throws {SettingsError} ARGUMENT_INVALID
 */
export function requireAnswerable({ yes, json }: { readonly yes: boolean; readonly json: boolean }): void {
  if (yes || (!json && process.stdin.isTTY)) return;
  const expected = "set, where nobody can be asked (no terminal, or --json)";
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "--yes", value: "left out", expected });
}
