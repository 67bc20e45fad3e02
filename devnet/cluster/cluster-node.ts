/**
 * Runs nodes of a cluster until it is told to end (SIGTERM) or killed. Argument: the path of its NodePlan. Every event is
 * a line of JSON on stdout; the log goes to stderr.
 */
import { readPlan, runPlan } from "./run-plan.ts";

await runPlan(readPlan(process.argv[2] ?? ""));
