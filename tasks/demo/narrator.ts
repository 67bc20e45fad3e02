import type { Terminal } from "../run-task.ts";
import { wrapText } from "../wrap-text.ts";

/** The demo is read on narrow terminals too. */
const COLUMNS = 80;
/** As wide as a step's number. */
const INDENT = "    ";

/** Tells the demo's steps: numbered, one paragraph each. */
export class Narrator {
  readonly #terminal: Terminal;
  readonly #signal: AbortSignal;
  #steps = 0;

  /** @param signal aborted where the demo is interrupted: it ends before the next step */
  constructor(terminal: Terminal, signal: AbortSignal) {
    this.#terminal = terminal;
    this.#signal = signal;
  }

  /**
   * Begins a step.
   *
   * @throws the signal's reason
   */
  step(title: string): void {
    this.#signal.throwIfAborted();
    this.#steps += 1;
    this.#terminal.line();
    this.#print(`${this.#steps}.`.padEnd(INDENT.length), title);
  }

  /** Tells what happened in the step. */
  say(text: string): void {
    this.#print(INDENT, text);
  }

  /** Tells something that belongs to no step. */
  paragraph(text: string): void {
    this.#terminal.line();
    for (const line of wrapText(text, COLUMNS)) this.#terminal.line(line);
  }

  table(rows: readonly Record<string, unknown>[]): void {
    this.#terminal.line();
    this.#terminal.table(rows);
  }

  #print(beginning: string, text: string): void {
    const lines = wrapText(text, COLUMNS - INDENT.length);
    for (const [place, line] of lines.entries()) {
      this.#terminal.line(`${place === 0 ? beginning : INDENT}${line}`);
    }
  }
}
