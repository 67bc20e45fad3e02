import { inspect } from "node:util";
import { HardhatError } from "@nomicfoundation/hardhat-errors";
import { errorResult, successfulResult } from "hardhat/utils/result";
import { LucidError } from "../offchain/errors.ts";
import { printable, printableJson } from "../offchain/printable.ts";
import { type Progress, ProgressBar } from "./progress-bar.ts";
import { Interruption, runDaemon } from "./run-daemon.ts";
import { formatTable, PagedTable } from "./table.ts";
import { terminalWidth, wrapped } from "./wrap-text.ts";

/**
 * The output of a task: lines for people, or one JSON document at the end for machines. Nothing else in tasks/ writes to
 * the terminal, so texts from files, proofs and nodes are made printable here, once.
 */
export interface Terminal {
  /** A line of the result, on stdout; silent with --json. A line break in it is shown as an escape. */
  line(text?: string): void;
  /** Rows of the result as a table, on stdout; silent with --json. */
  table(rows: Rows): void;
  /**
   * Rows of a result that may be long, a page at a time: a table for people, with --json the document itself, an array
   * that is printed as it is read. The task's outcome then has no value.
   *
   * @returns how many rows there were
   */
  pages(pages: AsyncIterable<Rows>): Promise<number>;
  /** Whether the output goes to a terminal and is read by a person, not piped or JSON. */
  readonly isRead: boolean;
  /** The current step, on stderr, so that stdout has only the result. */
  progress(text: string): void;
  /** The same for many small steps: at most once a second. */
  tick(text: string): void;
  /** The progress of a long operation, on stderr: a bar on a terminal, lines once a second elsewhere. */
  bar(progress: Progress): void;
}

type Rows = readonly Record<string, unknown>[];

/** The outcome of a task: `value` is printed with --json, unless pages were; `failed` sets exit code 1, `exitCode` another one. */
export interface TaskOutcome {
  readonly value?: unknown;
  readonly failed?: boolean;
  /** @default 0, or 1 where it failed */
  readonly exitCode?: number;
}

/**
 * Runs a task's body and turns its outcome into output and exit code, the same way for every task.
 *
 * The body gets a signal that is aborted when the task is interrupted: it ends after the current step, and the exit code
 * says by which signal. A LucidError reports a bad input or a bad state: it is printed as one line with its code, without
 * a stack. Any other error is a bug and is passed on to Hardhat, which prints its stack.
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
      // After half an array, a second document on stdout would not be valid JSON either.
      if (json && !machine.hasBegun) console.log(toJson({ error: answer }));
      else console.error(shown(`Error ${answer.code}: ${answer.message}`, process.stderr));
      return interruption === undefined ? errorResult() : endWith(interruption.exitCode);
    }
  });
}

/** Texts from elsewhere are made printable, and broken where a terminal is narrower. */
const shown = (text: string, stream: NodeJS.WriteStream) => wrapped(printable(text), terminalWidth(stream));

/** How long a task may continue its current step after it was interrupted. */
const PATIENCE_MS = 10_000;

/**
 * Ends the process when an interrupted task continues for too long: everything that it writes survives a crash without
 * being left half-done.
 */
function limitPatience(signal: AbortSignal): void {
  signal.addEventListener("abort", () => {
    const end = () => process.exit(signal.reason instanceof Interruption ? signal.reason.exitCode : 1);
    setTimeout(end, PATIENCE_MS).unref();
  });
}

/** Hardhat sets exit code 1 for a failed result, and keeps a code that was set for a successful one. */
function endWith(exitCode: number) {
  process.exitCode = exitCode;
  return successfulResult();
}

const answerOf = ({ code, message, details }: LucidError) => ({ ...details, code, message });

/** Most failures after an interruption come from closing; the message has them nevertheless. */
function interruptedAnswer(interruption: Interruption | undefined, error: unknown) {
  const isAbort = error === interruption || (error instanceof Error && error.name === "AbortError");
  const failure = isAbort ? "" : ` While ending: ${error instanceof Error ? error.message : String(error)}.`;
  return {
    code: "INTERRUPTED",
    message: `Ended by ${interruption?.signal}.${failure} Run it again to continue.`,
  };
}

/** Hardhat prints the stack of a bug, which may contain a node's words: they are made printable before. */
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

/** The current step, for code that has no terminal object. */
export function progress(text: string): void {
  progressBar.clear();
  console.error(shown(text, process.stderr));
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
    console.log(shown(text, process.stdout));
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

/** On a terminal a table fits its width; piped, it is complete. */
const tableWidth = () => terminalWidth(process.stdout);

/**
 * Waits until the reader of stdout has consumed what was printed, so that with a slow reader, unread pages do not pile up
 * in memory.
 *
 * @returns false if the reader has closed the pipe, e.g. with `| head`
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

/** An array that is printed as its items arrive, with the same bytes as if it were printed at once. */
class JsonPages {
  /** Whether any of it was printed. */
  hasBegun = false;

  /** @returns how many items there were */
  async print(pages: AsyncIterable<Rows>): Promise<number> {
    let count = 0;
    // Held back until it is known whether a comma follows.
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
