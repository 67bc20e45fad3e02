import { setTimeout as sleep } from "node:timers/promises";
import { LucidError } from "../errors.ts";

/** Something that must be fine for a process to do its work. */
export interface ReadinessCheck {
  /** In lower case, e.g. `chain`. */
  readonly name: string;
  /** Why the process is not ready; undefined where it is. What it throws counts as a reason. */
  readonly reason: () => Promise<string | undefined>;
}

/** What a check found; `reason` is absent where all is well. */
export interface CheckResult {
  readonly name: string;
  readonly reason?: string;
}

/**
 * Makes all checks at once.
 *
 * @param timeoutMs for each; one that takes longer counts as failed
 * @throws what is not a LucidError: a fault of the program
 */
export async function checkReadiness(
  checks: readonly ReadinessCheck[],
  timeoutMs: number,
): Promise<CheckResult[]> {
  return await Promise.all(
    checks.map(async ({ name, reason }) => {
      const found = await Promise.race([reasonOf(reason), timeoutReason(timeoutMs)]);
      return found === undefined ? { name } : { name, reason: found };
    }),
  );
}

async function reasonOf(reason: ReadinessCheck["reason"]): Promise<string | undefined> {
  try {
    return await reason();
  } catch (error) {
    if (error instanceof LucidError) return error.message;
    throw error;
  }
}

async function timeoutReason(timeoutMs: number): Promise<string> {
  await sleep(timeoutMs, undefined, { ref: false });
  return `no answer within ${timeoutMs} ms`;
}
