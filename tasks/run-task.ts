import { inspect } from "node:util";
import { HardhatError } from "@nomicfoundation/hardhat-errors";
import { errorResult, successfulResult } from "hardhat/utils/result";
import { LucidError } from "../offchain/errors.ts";
import { printable, printableJson } from "../offchain/printable.ts";
import { type Progress, ProgressBar } from "./progress-bar.ts";

/**
 * Where a task speaks: to people line by line, or to machines with one JSON document at the end. Nothing else in
 * tasks/ writes to the terminal, so what comes from files, proofs and nodes is made printable here, once.
 */
export interface Terminal {
  /** A line of the answer, on stdout; silent with --json. A line break in it is shown, not made. */
  line(text?: string): void;
  /** Rows of the answer as a table, on stdout; silent with --json. */
  table(rows: readonly Record<string, unknown>[]): void;
  /** What is going on right now, on stderr, so that stdout stays clean. */
  progress(text: string): void;
  /** The same for what goes on in many small steps: once a second at most. */
  tick(text: string): void;
  /** How far something is that takes long, on stderr: a bar on a terminal, lines once a second elsewhere. */
  bar(progress: Progress): void;
}

/** What a task found: `value` is printed with --json; `failed` makes the exit code 1, `exitCode` any other one. */
export interface TaskOutcome {
  readonly value: unknown;
  readonly failed?: boolean;
  /** @default 0, or 1 where it failed */
  readonly exitCode?: number;
}

/**
 * Runs a task's body and turns its outcome into output and exit code, the same way for every task.
 *
 * A LucidError is the answer to a bad input or a bad state: it is printed as one line with its code, without a
 * stack. Anything else is a fault of the program and goes on to Hardhat, which prints its stack.
 */
export async function runTask(
  { json }: { json: boolean },
  body: (terminal: Terminal) => Promise<TaskOutcome>,
) {
  try {
    const { value, failed = false, exitCode } = await body(json ? MACHINE : PEOPLE);
    progressBar.end();
    // Hardhat sets 1 for a failed result and leaves what is set for a successful one.
    if (exitCode !== undefined) process.exitCode = exitCode;
    if (json) console.log(toJson(value));
    return failed ? errorResult() : successfulResult();
  } catch (error) {
    progressBar.end();
    if (!(error instanceof LucidError)) throw printableFault(error);
    const { code, message, details } = error;
    if (json) console.log(toJson({ error: { ...details, code, message } }));
    else console.error(printable(`Error ${code}: ${message}`));
    return errorResult();
  }
}

/** Hardhat inspects a fault to print its stack, in which a node's words may be: it gets to see them printable. */
function printableFault(error: unknown): unknown {
  if (!(error instanceof Error) || HardhatError.isHardhatError(error)) return error;
  const shown = inspect(error).split("\n").map(printable).join("\n");
  return Object.assign(error, { [inspect.custom]: () => shown });
}

const TICK_MS = 1_000;

const progressBar = new ProgressBar(process.stderr);

function bar(progress: Progress): void {
  progressBar.show(progress);
}

function progress(text: string): void {
  progressBar.clear();
  console.error(printable(text));
}

let lastTick = Date.now();
function tick(text: string): void {
  if (Date.now() - lastTick < TICK_MS) return;
  lastTick = Date.now();
  progress(text);
}

const PEOPLE: Terminal = {
  line: (text = "") => {
    progressBar.clear();
    console.log(printable(text));
  },
  table: (rows) => {
    progressBar.clear();
    printTable(rows);
  },
  progress,
  tick,
  bar,
};

const MACHINE: Terminal = {
  line: () => undefined,
  table: () => undefined,
  progress,
  tick,
  bar,
};

/** Plain columns, which can be selected, piped and read at any width. */
function printTable(rows: readonly Record<string, unknown>[]): void {
  const [first] = rows;
  if (first === undefined) return;
  const lines = [Object.keys(first).map(printable), ...rows.map((row) => Object.values(row).map(cellOf))];
  const widths = Object.keys(first).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  for (const line of lines) {
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}

function cellOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === null ? "-" : printable(String(value));
}

function toJson(value: unknown): string {
  const plain = (_key: string, item: unknown) => (typeof item === "bigint" ? item.toString() : item);
  return printableJson(JSON.stringify(value, plain, 2));
}
