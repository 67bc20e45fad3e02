import { printable } from "../offchain/printable.ts";

/** The progress of a long operation. */
export interface Progress {
  /** The current operation, e.g. `sealing tour.cast`; another text starts another bar. */
  readonly text: string;
  readonly done: number;
  readonly total: number;
  /** What is counted; bytes are shown as MB. */
  readonly unit: string;
}

/** Where a bar is drawn: stderr, or what a test gives. */
export interface BarStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const MEGABYTE = 1e6;
const SECOND_MS = 1_000;
/** Nothing is shown for operations that end within this time. */
const SILENT_MS = SECOND_MS;
const REDRAW_MS = 100;
const DEFAULT_COLUMNS = 80;
const MIN_BAR_COLUMNS = 10;
const MAX_BAR_COLUMNS = 40;

/** Erase the line that the cursor is in (ECMA-48, EL), from its beginning. */
const ERASE_LINE = "\r\u001b[2K";

/**
 * A bar with percentage, rate and time left, redrawn in place on a terminal; lines once a second elsewhere. Silent
 * if everything takes less than a second.
 */
export class ProgressBar {
  private readonly stream: BarStream;
  private readonly now: () => number;
  private text: string | undefined;
  private startedAt = 0;
  private shownAt = 0;
  private isDrawn = false;

  constructor(stream: BarStream, now: () => number = () => performance.now()) {
    this.stream = stream;
    this.now = now;
  }

  show(progress: Progress): void {
    const now = this.now();
    if (this.text !== progress.text) {
      this.clear();
      this.text = progress.text;
      this.startedAt = now;
      this.shownAt = now;
    }
    if (now - this.startedAt < SILENT_MS) return;
    const isTerminal = this.stream.isTTY === true;
    if (now - this.shownAt < (isTerminal ? REDRAW_MS : SECOND_MS)) return;
    this.shownAt = now;
    const seconds = (now - this.startedAt) / SECOND_MS;
    if (!isTerminal) {
      this.stream.write(`${printable(progress.text)}: ${figures(progress, seconds).join(", ")}\n`);
      return;
    }
    this.stream.write(`${ERASE_LINE}${drawn(progress, seconds, this.stream.columns || DEFAULT_COLUMNS)}`);
    this.isDrawn = true;
  }

  /** Removes the bar from the terminal: before another line is printed, and at the end. */
  clear(): void {
    if (this.isDrawn) this.stream.write(ERASE_LINE);
    this.isDrawn = false;
  }

  /** Clears the bar and its state: the next progress is another operation, even under the same name. */
  end(): void {
    this.clear();
    this.text = undefined;
  }
}

/** One line that fits: the text is shortened first, then the bar left out. */
function drawn(progress: Progress, seconds: number, columns: number): string {
  const numbers = figures(progress, seconds).join("  ");
  const width = columns - 1;
  const room = width - numbers.length - 2;
  const text = shortened(printable(progress.text), Math.max(0, room - MIN_BAR_COLUMNS - 4));
  const barColumns = Math.min(MAX_BAR_COLUMNS, room - text.length - 4);
  if (barColumns < MIN_BAR_COLUMNS || text === "") return numbers.slice(0, width);
  const full = Math.round(share(progress) * barColumns);
  return `${text}  [${"#".repeat(full)}${"-".repeat(barColumns - full)}]  ${numbers}`;
}

/** E.g. `42 %`, `118 MB/s`, `12 s left`. */
function figures(progress: Progress, seconds: number): string[] {
  const { done, total, unit } = progress;
  const perSecond = done / seconds;
  const rate =
    unit === "bytes" ? `${significant(perSecond / MEGABYTE)} MB/s` : `${significant(perSecond)} ${unit}/s`;
  const left = done === 0 ? [] : [`${duration((total - done) / perSecond)} left`];
  return [`${Math.floor(share(progress) * 100)} %`, rate, ...left];
}

const share = ({ done, total }: Progress) => (total === 0 ? 1 : Math.min(1, done / total));

const significant = (rate: number) => (rate >= 10 ? rate.toFixed(0) : rate.toFixed(1));

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/** Shortened in the middle to a number of columns, so that the end, which distinguishes files, is kept. */
function shortened(text: string, columns: number): string {
  if (text.length <= columns) return text;
  const head = Math.ceil((columns - 1) / 3);
  return columns < 8 ? "" : `${text.slice(0, head)}…${text.slice(text.length - (columns - 1 - head))}`;
}
