import { z } from "zod";
import { parseJsonAs } from "../../offchain/parse-json-as.ts";
import { PayoutError } from "../../offchain/payouts/errors.ts";
import type { TextFile } from "./dropped-files.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const whole = z.int().nonnegative();
/** A tree of a million entities has a path of 20 hashes. */
const MAX_PATH_LENGTH = 64;
/** Of a month. */
const MAX_EPOCHS = 31;

/** What is used of the document of `payout explain --json`: everything else follows from the statement. */
const explanationSchema = z.object({
  month: z.string(),
  row: z.object({ entityId: z.string().regex(/^0x[0-9a-f]{40}$/) }),
  epochs: z
    .array(
      z.object({
        epoch: whole,
        root: hash,
        credits: whole,
        liveScore: z.object({ beacons: whole, slots: whole }),
        rank: whole,
        path: z.array(hash).max(MAX_PATH_LENGTH),
      }),
    )
    .max(MAX_EPOCHS),
});

export type Explanation = z.infer<typeof explanationSchema>;

/** @throws {PayoutError} STATEMENT_MALFORMED */
export function parseExplanation({ name: file, text }: TextFile): Explanation {
  const parsed = parseJsonAs(explanationSchema, text);
  if ("value" in parsed) return parsed.value;
  const reason = `it is not what payout explain --json prints (${parsed.reason})`;
  throw new PayoutError({ code: "STATEMENT_MALFORMED", file, reason }, { cause: parsed.cause });
}
