import { StoreError } from "../errors.ts";

/** Which status may follow which. */
export type Moves<Status extends string> = Readonly<Record<Status, readonly Status[]>>;

/** @throws {StoreError} STORE_ILLEGAL_MOVE */
export function requireLegalMove<Status extends string>(
  moves: Moves<Status>,
  document: { readonly collection: string; readonly id: string },
  from: Status,
  to: Status,
): void {
  if (!moves[from].includes(to)) throw new StoreError({ code: "STORE_ILLEGAL_MOVE", ...document, from, to });
}
