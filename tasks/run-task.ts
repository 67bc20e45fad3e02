import { inspect } from "node:util";
import { HardhatError } from "@nomicfoundation/hardhat-errors";
import { errorResult, successfulResult } from "hardhat/utils/result";
import { LucidError } from "../offchain/errors.ts";
import { printable, printableJson } from "../offchain/printable.ts";
import { type Progress, ProgressBar } from "./progress-bar.ts";
import { Interruption, runDaemon } from "./run-daemon.ts";
import { formatTable, PagedTable } from "./table.ts";

/**
 * Where a task speaks: to people line by line, or to machines with one JSON document at the end. Nothing else in
 * tasks/ writes to the terminal, so what comes from files, proofs and nodes is made printable here, once.
 */
export interface Terminal {
  /** A line of the answer, on stdout; silent with --json. A line break in it is shown, not made. */
  line(text?: string): void;
  /** Rows of the answer as a table, on stdout; silent with --json. */
  table(rows: Rows): void;
  /**
   * Rows of an answer that may be long, a page at a time: a table for people, with --json the document itself, an array
   * that is printed as it comes. The task's outcome has no value then.
   *
   * @returns how many rows there were
   */
  pages(pages: AsyncIterable<Rows>): Promise<number>;
  /** Whether somebody reads it on a terminal: what is piped, or is JSON, is for a program. */
  readonly isRead: boolean;
  /** What is going on right now, on stderr, so that stdout stays clean. */
  progress(text: string): void;
  /** The same for what goes on in many small steps: once a second at most. */
  tick(text: string): void;
  /** How far something is that takes long, on stderr: a bar on a terminal, lines once a second elsewhere. */
  bar(progress: Progress): void;
}

type Rows = readonly Record<string, unknown>[];

/** What a task found: `value` is printed with --json, unless pages were; `failed` makes the exit code 1, `exitCode` any other one. */
export interface TaskOutcome {
  readonly value?: unknown;
  readonly failed?: boolean;
  /** @default 0, or 1 where it failed */
  readonly exitCode?: number;
}

/**
 * Runs a task's body and turns its outcome into output and exit code, the same way for every task.
 *
 * The body gets a signal that is aborted when somebody interrupts the task: it ends after what is under way, and the
 * exit code says by which signal. A LucidError is the answer to a bad input or a bad state: it is printed as one line
 * with its code, without a stack. Anything else is a fault of the program and goes on to Hardhat, which prints its stack.
 */
export async function runTask(
  { json }: { json: boolean },
  body: (terminal: Terminal, signal: AbortSignal) => Promise<TaskOutcome>,
) {
  return await runDaemon(async (signal) => {
    const machine = new JsonPages();
    try {
      limitPatience(signal);
      const terminal = json ? machineTerminal(machine) : PEOPLE;
      const { value, failed = false, exitCode } = await body(terminal, signal);
      progressBar.end();
      if (json && !machine.hasBegun) console.log(toJson(value));
      return exitCode === undefined ? (failed ? errorResult() : successfulResult()) : endWith(exitCode);
    } catch (error) {
      progressBar.end();
      const interruption = signal.reason instanceof Interruption ? signal.reason : undefined;
      if (interruption === undefined && !(error instanceof LucidError)) throw printableFault(error);
      const answer = error instanceof LucidError ? answerOf(error) : interruptedAnswer(interruption, error);
      // Half an array is no document, and another one behind it would not make it one.
      if (json && !machine.hasBegun) console.log(toJson({ error: answer }));
      else console.error(printable(`Error ${answer.code}: ${answer.message}`));
      return interruption === undefined ? errorResult() : endWith(interruption.exitCode);
    }
  });
}

/** How long a task may go on with what is under way when it was interrupted. */
const PATIENCE_MS = 10_000;

/**
 * Ends the process when an interrupted task goes on for too long: whatever it writes, it writes so that a crash leaves
 * nothing half-done.
 */
function limitPatience(signal: AbortSignal): void {
  signal.addEventListener("abort", () => {
    const end = () => process.exit(signal.reason instanceof Interruption ? signal.reason.exitCode : 1);
    setTimeout(end, PATIENCE_MS).unref();
  });
}

/** Hardhat sets exit code 1 for a failed result, and leaves what is set for a successful one. */
function endWith(exitCode: number) {
  process.exitCode = exitCode;
  return successfulResult();
}

const answerOf = ({ code, message, details }: LucidError) => ({ ...details, code, message });

/** Much fails because everything is being closed, and that is of no interest; what it was is said all the same. */
function interruptedAnswer(interruption: Interruption | undefined, error: unknown) {
  const isAbort = error === interruption || (error instanceof Error && error.name === "AbortError");
  const failure = isAbort ? "" : ` While ending: ${error instanceof Error ? error.message : String(error)}.`;
  return {
    code: "INTERRUPTED",
    message: `Ended by ${interruption?.signal}.${failure} Run it again to go on.`,
  };
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

/** What goes on right now, for what has no terminal at hand. */
export function progress(text: string): void {
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
    for (const line of formatTable(rows, tableWidth())) console.log(line);
  },
  pages: async (pages) => {
    progressBar.clear();
    const table = new PagedTable(tableWidth());
    let count = 0;
    for await (const rows of pages) {
      if (rows.length === 0) continue;
      console.log(table.next(rows).join("\n"));
      count += rows.length;
      if (!(await isTaken())) break;
    }
    return count;
  },
  get isRead() {
    return process.stdout.isTTY === true;
  },
  progress,
  tick,
  bar,
};

const machineTerminal = (document: JsonPages): Terminal => ({
  line: () => undefined,
  table: () => undefined,
  pages: (pages) => document.print(pages),
  isRead: false,
  progress,
  tick,
  bar,
});

/** On a terminal a table keeps within its width; piped, it is whole. */
const tableWidth = () => (process.stdout.isTTY ? process.stdout.columns : undefined);

/**
 * Waits until whoever reads stdout has taken what was printed: a reader that is slow holds the task up, and the pages
 * that it has not read do not pile up in memory.
 *
 * @returns false where nobody reads any more, e.g. behind `| head`
 */
async function isTaken(): Promise<boolean> {
  const { stdout } = process;
  if (!stdout.writableNeedDrain) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const onDrain = () => resolve(true);
  const onEnd = () => resolve(false);
  stdout.once("drain", onDrain).once("error", onEnd).once("close", onEnd);
  try {
    return await promise;
  } finally {
    stdout.off("drain", onDrain).off("error", onEnd).off("close", onEnd);
  }
}

/** An array that is printed while its items come, in the bytes that it would have as a whole. */
class JsonPages {
  /** Whether any of it was printed. */
  hasBegun = false;

  /** @returns how many items there were */
  async print(pages: AsyncIterable<Rows>): Promise<number> {
    let count = 0;
    // Kept back until it is known whether a comma follows.
    let last = "[";
    for await (const rows of pages) {
      if (rows.length === 0) continue;
      console.log(count === 0 ? last : `${last},`);
      this.hasBegun = true;
      if (!(await isTaken())) return count;
      last = rows.map((row) => toJson(row).replace(/^/gm, "  ")).join(",\n");
      count += rows.length;
    }
    console.log(count === 0 ? "[]" : `${last}\n]`);
    this.hasBegun = true;
    return count;
  }
}

/** What a task prints with --json where it failed. */
export const failureJson = (error: LucidError) => toJson({ error: answerOf(error) });

function toJson(value: unknown): string {
  const plain = (_key: string, item: unknown) => (typeof item === "bigint" ? item.toString() : item);
  return printableJson(JSON.stringify(value, plain, 2));
}
