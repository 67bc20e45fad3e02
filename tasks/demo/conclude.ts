import type { TaskOutcome } from "../run-task.ts";
import type { PartResult } from "./demo-context.ts";
import type { Narrator } from "./narrator.ts";

/** Tells whether everything held, and what did not. */
export function conclude(results: readonly PartResult[], narrator: Narrator): TaskOutcome {
  const failures = results.flatMap((result) => result.failures);
  const value = Object.assign({}, ...results.map((result) => result.value));
  narrator.paragraph(
    failures.length === 0
      ? "Everything held. Nothing is left behind: chain, nodes and files belonged to this run only."
      : "The demo FAILED. What should hold, and does not:",
  );
  for (const failure of failures) narrator.say(failure);
  return { value: { ...value, failures }, failed: failures.length > 0 };
}
