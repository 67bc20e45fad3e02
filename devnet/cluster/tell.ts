import { writeSync } from "node:fs";
import type { ClusterEvent } from "./node-plan.ts";

/** Tells whoever started this process, by a line on stdout that is there even if it is killed a moment later. */
export function tell(event: ClusterEvent): void {
  writeSync(1, `${JSON.stringify(event)}\n`);
}
