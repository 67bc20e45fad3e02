import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type FilledPage, fillTables } from "./fill-tables.ts";
import { readCodes } from "./read-codes.ts";

/** The catalogue of all errors. */
export const ERRORS_PAGE = "docs/errors.md";

/** Pages beside the catalogue of errors, and the sets of codes that each must show. */
const OTHER_PAGES: Readonly<Record<string, readonly string[]>> = {
  "docs/audit.md": ["AUDIT_CODES"],
  "docs/consensus-messages.md": ["BlockFault", "REFUSALS"],
  "docs/payouts.md": ["DifferenceCode"],
};

export interface CodePage extends FilledPage {
  /** From the root. */
  readonly path: string;
  /** As it is now. */
  readonly current: string;
}

/**
 * Every page with tables of codes, as it is and as it should be.
 *
 * @param root folder of the repository
 */
export function readCodePages(root: string): CodePage[] {
  const pages = { [ERRORS_PAGE]: errorDetailsIn(root), ...OTHER_PAGES };
  return Object.entries(pages).map(([path, required]) => {
    const current = readFileSync(join(root, path), "utf8");
    const filled = fillTables(current, (file, name) =>
      readCodes(file, readFileSync(join(root, file), "utf8"), name),
    );
    const shown = new Set(filled.tables.map(({ name }) => name));
    const missing = required
      .filter((name) => !shown.has(name))
      .map((name) => `${path}: there is no table of ${name}.`);
    return { ...filled, path, current, faults: [...filled.faults, ...missing] };
  });
}

/** The details of every class of errors: `class EvmError extends LucidError<EvmErrorDetails>`. */
function errorDetailsIn(root: string): string[] {
  return readdirSync(join(root, "offchain"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(join(root, "offchain", file), "utf8").matchAll(/ extends LucidError\b<?(\w*)/g),
    ])
    .map(([, name = ""]) => name);
}
