import { LucidError } from "../errors.ts";

/** What was found about a part of the system, or why nothing could be. */
export type Section<Found> =
  | { readonly found: Found }
  | { readonly error: { code: string; message: string } };

/** Reads a part; one that cannot be read leaves the others readable. @throws what is not a LucidError */
export async function readSection<Found>(read: () => Promise<Found>): Promise<Section<Found>> {
  try {
    return { found: await read() };
  } catch (error) {
    if (!(error instanceof LucidError)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}
