/** A task that takes two and a half seconds and shows a bar: for tests that look at what a terminal gets. */
import { setTimeout as sleep } from "node:timers/promises";
import { runTask } from "../../tasks/run-task.ts";

const [, script] = process.argv;
const TOTAL = 50e6;
const STEPS = 25;
const STEP_MS = 100;

if (script === import.meta.filename) {
  await runTask({ json: false }, async (terminal) => {
    for (let step = 0; step <= STEPS; step++) {
      terminal.bar({ text: "working", done: (TOTAL * step) / STEPS, total: TOTAL, unit: "bytes" });
      await sleep(STEP_MS);
    }
    terminal.line("done");
    return { value: undefined };
  });
}
